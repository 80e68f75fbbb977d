// What makes pages pleasant; every page works without it. No eval, no inline handlers (strict CSP).
(() => {
  'use strict'
  const SECOND_MS = 1000
  const TYPING_MS = 300
  const ONE_MIB = 1024 * 1024
  const MOST_TOGETHER_MB = 30

  // Plus and minus beside a quantity, and what it costs: shown only where they can work.
  const unhideSteppers = root =>
    root.querySelectorAll('[data-stepper] button, .estimate').forEach(one => { one.hidden = false })

  // Figures are read and written as the page's language does: 1.000,5 or 1,000.5.
  const language = document.documentElement.lang
  const [, group, , , , mark] = (1000.5).toLocaleString(language)
  const grouped = new RegExp(`^[1-9]\\d{0,2}(\\${group}\\d{3})+$`)
  const decimal = text =>
    Number(text.includes(mark) || grouped.test(text) ? text.replaceAll(group, '').replace(mark, '.') : text) || 0

  document.addEventListener('click', event => {
    const button = event.target.closest('[data-stepper] button')
    if (!button) return
    const { min, step } = button.parentElement.dataset
    const input = button.parentElement.querySelector('input')
    const next = decimal(input.value) + Number(button.dataset.by) * Number(step)
    input.value = String(Math.max(Number(min), Math.round(next * 1000) / 1000)).replace('.', mark)
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })

  // What a quantity costs, beside it.
  const estimate = event => {
    const output = event.target.id && document.querySelector(`output[for="${event.target.id}"][data-price]`)
    if (!output) return
    const rupiah = Math.round(decimal(event.target.value) * Number(output.dataset.price))
    output.textContent = `Rp\u00a0${rupiah.toLocaleString(language)}`
  }
  document.addEventListener('input', estimate)
  document.addEventListener('change', estimate)

  // One dialog asks before anything that is hard to undo: data-confirm on plain forms, hx-confirm on htmx ones.
  const ask = question => new Promise(resolve => {
    const dialog = document.getElementById('konfirmasi')
    dialog.querySelector('[data-question]').textContent = question
    dialog.returnValue = ''
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'ya'), { once: true })
    dialog.showModal()
  })

  // A link that leads to a page without scripts opens the dialog with the same content where it can.
  document.addEventListener('click', event => {
    const dialog = document.getElementById(event.target.closest('[data-dialog]')?.dataset.dialog)
    if (!dialog) return
    event.preventDefault()
    dialog.showModal()
  })

  document.addEventListener('htmx:confirm', event => {
    const { ctx, issueRequest, dropRequest } = event.detail
    event.preventDefault()
    ask(ctx.confirm).then(yes => yes ? issueRequest() : dropRequest())
  })

  document.addEventListener('submit', event => {
    const form = event.target
    if (event.defaultPrevented || form.method === 'dialog' || form.hasAttribute('hx-post')) return
    if (form.dataset.confirm && !form.dataset.confirmed) {
      event.preventDefault()
      ask(form.dataset.confirm).then(yes => {
        if (!yes) return
        form.dataset.confirmed = 'ya'
        form.requestSubmit(event.submitter)
      })
      return
    }
    if (form.method !== 'post') return
    const refused = [...form.elements].find(field => field.validity?.customError)
    if (refused) return void (event.preventDefault(), refused.reportValidity())
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = 'ya'
    if (form.hasAttribute('data-upload')) upload(event)
    // after this turn, so that the pressed button's own name and value are still sent
    setTimeout(() => setBusy(form, true))
  })

  const setBusy = (form, busy) => {
    form.toggleAttribute('aria-busy', busy)
    for (const button of form.elements) if (button.type === 'submit') button.disabled = busy
    if (!busy) delete form.dataset.sent
  }

  // Back from the next page: the form may be sent again (its idempotency key still guards the write).
  window.addEventListener('pageshow', event => {
    if (event.persisted) document.querySelectorAll('form[data-sent]').forEach(form => setBusy(form, false))
  })

  // Upload with progress: XHR because fetch reports none. Files already present decide; otherwise the form goes as usual.
  const upload = event => {
    const form = event.target
    const input = [...form.elements].find(field => field.type === 'file' && field.files.length)
    const progress = input?.closest('.field').querySelector('progress')
    if (!progress) return
    event.preventDefault()
    const body = new FormData(form, event.submitter)
    const address = event.submitter?.hasAttribute('formaction') ? event.submitter.formAction : form.action
    const request = new XMLHttpRequest()
    request.upload.onprogress = sent => { progress.hidden = false; progress.value = 100 * sent.loaded / sent.total }
    request.onload = () => show(request, address)
    request.onerror = () => { progress.hidden = true; setBusy(form, false); sayUnsent() }
    request.open('POST', address)
    request.send(body)
  }

  // A file that the server would refuse is not sent over a slow line first.
  document.addEventListener('change', event => {
    const input = event.target
    if (!input.matches('[data-max-mb]')) return
    const sizes = [...input.files].map(file => file.size / ONE_MIB)
    const { maxMb, tooLarge, tooMuch } = input.dataset
    const together = sizes.reduce((sum, size) => sum + size, 0)
    input.setCustomValidity(sizes.some(size => size > maxMb) ? tooLarge : together > MOST_TOGETHER_MB ? tooMuch : '')
    input.reportValidity()
  })

  // The answer is a whole page: shown in place, because asking for it again would lose its one-time sentence.
  const show = (request, sentTo) => {
    const page = new DOMParser().parseFromString(request.responseText, 'text/html')
    document.title = page.title
    document.body.replaceWith(page.body)
    // a refused form stands where its page stood: nothing can be read at the address that it was sent to
    if (request.responseURL !== sentTo) history.replaceState(history.state, '', request.responseURL)
    window.htmx?.process(document.body)
    const first = document.querySelector('[autofocus]')
    if (first) first.focus()
    else scrollTo(0, 0)
    prepare(document)
  }

  const sayUnsent = () => {
    const toasts = document.getElementById('toasts')
    const toast = Object.assign(document.createElement('div'), { className: 'toast', textContent: toasts.dataset.unsent })
    toasts.replaceChildren(toast)
  }
  document.addEventListener('htmx:error', event => {
    if (!event.target.matches?.('[data-live-region]')) sayUnsent()
  })

  // The filter form follows its fields (also those outside it): typing after a pause, choosing at once.
  let typing
  const follow = (field, delay) => {
    const form = field.form
    if (!form?.hasAttribute('data-live')) return
    clearTimeout(typing)
    typing = setTimeout(() => form.dispatchEvent(new Event('saring')), delay)
  }
  document.addEventListener('input', event => { if (event.target.type !== 'checkbox') follow(event.target, TYPING_MS) })
  document.addEventListener('change', event => follow(event.target, 0))

  // Regions that live: fetched again every so many seconds, while someone looks.
  let seconds = 0
  setInterval(() => {
    if (document.visibilityState !== 'visible') return
    seconds += 1
    document.querySelectorAll('[data-live-region]').forEach(region => {
      if (seconds % region.dataset.liveRegion === 0) region.dispatchEvent(new Event('segarkan'))
    })
  }, SECOND_MS)

  // Menus close on Escape and when the pointer goes elsewhere.
  const openMenus = () => document.querySelectorAll('details.menu[open]')
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return
    openMenus().forEach(menu => { menu.open = false; menu.querySelector('summary').focus() })
  })
  document.addEventListener('click', event => {
    openMenus().forEach(menu => { if (!menu.contains(event.target)) menu.open = false })
  })

  // Amounts echo their grouping, long texts tell what is left.
  document.addEventListener('change', event => {
    if (!event.target.matches('[data-money]')) return
    const typed = event.target.value.replace(/\s/g, '')
    if (/^\d+$/.test(typed) || grouped.test(typed)) {
      event.target.value = Number(typed.replaceAll(group, '')).toLocaleString(language)
    }
  })
  document.addEventListener('input', event => {
    if (!event.target.matches('[data-count]')) return
    let counter = event.target.nextElementSibling
    if (!counter) event.target.after(counter = Object.assign(document.createElement('span'), { className: 'hint num' }))
    counter.textContent = `${event.target.value.length}/${event.target.maxLength}`
  })

  // A passkey: the device is asked for it, its answer goes with the form. The button is there where that works.
  const key = window.PublicKeyCredential
  const unhidePasskeys = () => document.querySelectorAll('[data-passkey]').forEach(one => {
    one.hidden = !key?.parseRequestOptionsFromJSON
  })
  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-passkey]')
    if (!button) return
    const { form, dataset: { passkey, into, question } } = button
    try {
      const body = new URLSearchParams({ _csrf: form.elements._csrf.value, untuk: passkey })
      const asked = await (await fetch(question, { method: 'POST', body })).json()
      form.elements[into].value = JSON.stringify(await (passkey === 'register'
        ? navigator.credentials.create({ publicKey: key.parseCreationOptionsFromJSON(asked) })
        : navigator.credentials.get({ publicKey: key.parseRequestOptionsFromJSON(asked) })))
      form.requestSubmit()
    } catch {
      button.nextElementSibling.hidden = false
    }
  })

  const prepare = root => { unhideSteppers(root); unhidePasskeys() }
  document.addEventListener('htmx:after:swap', () => prepare(document))
  prepare(document)
})()
