// Builds web/eorder_web/look/static/build/: one stylesheet, one script, one sprite and one font, so that a first visit asks
// five times; each under a name with its hash, with a Brotli twin beside it. manifest.json tells the templates which name is
// current.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { transform } from 'lightningcss';
import subsetFont from 'subset-font';

const SOURCES = 'web/eorder_web/look/static';
const BUILT = path.join(SOURCES, 'build');
const FRESH = path.join(SOURCES, 'build.new');
const FONT = '@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2';
const PREVIEW = 'infra/pictures/preview.svg';
const INKS = { i1: '#27306e', i2: '#7c89c9', i3: '#cbd2ec', i4: '#f6f4ee', i5: '#dba451', i6: '#3b9371' };
const WEIGHTS = { wght: { min: 400, max: 800 } };
// Kerning, and figures that stand below each other; the typeface's other shapes of letters are used nowhere.
const FEATURES = ['kern', 'tnum', 'lnum'];
// What Indonesian and English are written with; a letter of another language comes in the fallback's shape.
const LETTERS = Array.from({ length: 95 }, (_, place) => String.fromCharCode(32 + place)).join('')
  + '\u00a0\u202f–—‘’“”…·•×−±→←≤≥½°²³§©éèÉ';
const COMPRESSIBLE = ['.css', '.js', '.svg'];
const OLDEST_BROWSERS = { chrome: version(99), safari: version(15, 4), firefox: version(97) };

const manifest = {};

fs.rmSync(FRESH, { recursive: true, force: true });
fs.mkdirSync(FRESH);
publish('app.js', `${htmx()}\n${own('app.js')}`);
publish('sprite.svg', sprite(words('icons.txt')));
publish('plus-jakarta-sans.woff2', await font());
publish('app.css', stylesheet());
publish('preview.png', await preview());
fs.writeFileSync(path.join(FRESH, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n');
fs.rmSync(BUILT, { recursive: true, force: true });
fs.renameSync(FRESH, BUILT);

function publish(name, content) {
  const bytes = Buffer.from(content);
  const extension = path.extname(name);
  const hash = crypto.createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  manifest[name] = `${path.basename(name, extension)}.${hash}${extension}`;
  const target = path.join(FRESH, manifest[name]);
  fs.writeFileSync(target, bytes);
  if (COMPRESSIBLE.includes(extension)) {
    const best = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY } };
    fs.writeFileSync(`${target}.br`, zlib.brotliCompressSync(bytes, best));
  }
}

function htmx() {
  return installed('htmx.org/dist/htmx.min.js').toString().replace(/\n?\/\/# sourceMappingURL=.*$/m, '');
}

async function font() {
  return subsetFont(installed(FONT), LETTERS, { targetFormat: 'woff2', variationAxes: WEIGHTS, keepFeatures: FEATURES });
}

// Icons and drawings as symbols; what shows without a name is our mark, so that the same file is the page's own icon.
function sprite(names) {
  const look = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    + 'stroke-linecap="round" stroke-linejoin="round"';
  const symbols = names.map((name) => `<symbol id="${name}" ${look}>${drawing(name)}</symbol>`).join('') + inner('art.svg');
  const ids = [...symbols.matchAll(/<symbol id="([^"]+)"/g)].map((found) => found[1]);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice) throw new Error(`icons.txt and art.svg both have "${twice}"`);
  const [opening] = own('favicon.svg').toString().match(/^<svg[^>]*>/);
  return `${opening}${inner('favicon.svg')}${symbols}</svg>`;
}

// What is shown where somebody shares a page; pages say its address (layout/base.html).
async function preview() {
  const drawings = inner('art.svg').replace(/var\(--(i\d)\)/g, (_, ink) => INKS[ink]);
  const bold = await subsetFont(installed(FONT), LETTERS, { targetFormat: 'sfnt', variationAxes: { wght: 700 } });
  await initWasm(installed('@resvg/resvg-wasm/index_bg.wasm'));
  const drawn = new Resvg(fs.readFileSync(PREVIEW, 'utf8').replace('<desc>drawings</desc>', drawings), {
    font: { fontBuffers: [bold], defaultFontFamily: 'Plus Jakarta Sans' },
  });
  return drawn.render().asPng();
}

function inner(name) {
  return own(name).toString().replace(/^\s*<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/>\s+</g, '><');
}

function drawing(name) {
  return installed(`@tabler/icons/icons/outline/${name}.svg`).toString()
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<path stroke="none"[^>]*\/>/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function stylesheet() {
  const files = fs.readdirSync(path.join(SOURCES, 'css')).filter((name) => name.endsWith('.css')).sort();
  const source = files.map((name) => own(`css/${name}`)).join('\n')
    .replaceAll('fonts/plus-jakarta-sans.woff2', manifest['plus-jakarta-sans.woff2']);
  const made = transform({
    filename: 'app.css', code: Buffer.from(source), minify: true, targets: OLDEST_BROWSERS,
  });
  if (made.warnings.length) {
    throw new Error(made.warnings.map((it) => `${it.message} at line ${it.loc.line}`).join('\n'));
  }
  return made.code;
}

function words(name) {
  return own(name).toString().trim().split(/\s+/);
}

function own(name) {
  return fs.readFileSync(path.join(SOURCES, name));
}

function installed(name) {
  return fs.readFileSync(path.join('node_modules', name));
}

function version(major, minor = 0) {
  return (major << 16) | (minor << 8);
}
