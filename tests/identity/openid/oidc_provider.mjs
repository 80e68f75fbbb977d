// npm's oidc-provider as a region's staff directory: whoever comes is signed in as the person it was told of.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import Provider from 'oidc-provider'

for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => {} // the lines are ours alone
const say = (said) => process.stdout.write(`${JSON.stringify(said)}\n`)
const people = {}
let who = ''
let server

function serve({ port, redirect_uri }) {
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{ client_id: 'wilayah', client_secret: 'rahasia wilayah yang panjang', redirect_uris: [redirect_uri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'nip'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/pegawai/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    cookies: { keys: ['kunci kuki'] },
  })
  const callback = provider.callback()
  server = createServer(async (request, response) => {
    if (!request.url.startsWith('/pegawai/')) return callback(request, response)
    try {
      const { prompt, params } = await provider.interactionDetails(request, response)
      if (prompt.name === 'login') {
        return await provider.interactionFinished(request, response, { login: { accountId: who } })
      }
      const grant = new provider.Grant({ accountId: who, clientId: params.client_id })
      grant.addOIDCScope('openid email profile')
      await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
    } catch (error) {
      response.statusCode = 500
      response.end(String(error))
    }
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve({})))
}

for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...facts } = JSON.parse(line)
  try {
    if (deed === 'serve') await serve(facts)
    if (deed === 'person') {
      who = facts.id
      people[who] = facts.claims
    }
    say({})
  } catch (error) {
    say({ failed: `${deed}: ${error.message}` })
  }
}
