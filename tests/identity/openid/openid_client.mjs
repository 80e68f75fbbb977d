// npm's openid-client as a program of the nation's: told in lines of JSON what to do, it answers in lines of JSON.
import { createInterface } from 'node:readline'
import * as client from 'openid-client'

const kept = {}

const deeds = {
  async discover({ issuer, client_id, secret, key }) {
    const proof = key
      ? client.PrivateKeyJwt(await crypto.subtle.importKey('jwk', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']))
      : client.ClientSecretBasic(secret)
    kept.config = await client.discovery(new URL(issuer), client_id, {}, proof, {
      execute: [client.allowInsecureRequests],
    })
    return kept.config.serverMetadata()
  },
  async leave({ redirect_uri, scope, pushed, bound }) {
    kept.verifier = client.randomPKCECodeVerifier()
    kept.state = client.randomState()
    kept.nonce = client.randomNonce()
    kept.bound = bound
      ? client.getDPoPHandle(kept.config, await client.randomDPoPKeyPair())
      : undefined
    const asked = {
      redirect_uri,
      scope,
      state: kept.state,
      nonce: kept.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(kept.verifier),
      code_challenge_method: 'S256',
    }
    const address = pushed
      ? await client.buildAuthorizationUrlWithPAR(kept.config, asked)
      : client.buildAuthorizationUrl(kept.config, asked)
    return { address: address.href }
  },
  async arrive({ address }) {
    kept.tokens = await client.authorizationCodeGrant(
      kept.config,
      new URL(address),
      { pkceCodeVerifier: kept.verifier, expectedState: kept.state, expectedNonce: kept.nonce, idTokenExpected: true },
      undefined,
      { DPoP: kept.bound },
    )
    const claims = kept.tokens.claims()
    const user = await client.fetchUserInfo(kept.config, kept.tokens.access_token, claims.sub, { DPoP: kept.bound })
    return { tokens: kept.tokens, claims, user }
  },
  async refresh() {
    kept.tokens = await client.refreshTokenGrant(kept.config, kept.tokens.refresh_token, undefined, { DPoP: kept.bound })
    return { claims: kept.tokens.claims(), scope: kept.tokens.scope }
  },
  async itself({ scope }) {
    return await client.clientCredentialsGrant(kept.config, { scope })
  },
  async introspect() {
    return await client.tokenIntrospection(kept.config, kept.tokens.access_token)
  },
  async revoke() {
    await client.tokenRevocation(kept.config, kept.tokens.refresh_token)
    return {}
  },
  async leaveForGood({ post_logout_redirect_uri }) {
    const id_token_hint = kept.tokens.id_token
    return { address: client.buildEndSessionUrl(kept.config, { id_token_hint, post_logout_redirect_uri }).href }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...facts } = JSON.parse(line)
  try {
    console.log(JSON.stringify(await deeds[deed](facts)))
  } catch (error) {
    console.log(JSON.stringify({ failed: `${deed}: ${error.code ?? ''} ${error.message} ${error.cause ? JSON.stringify(error.cause) : ''}` }))
  }
}
