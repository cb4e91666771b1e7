// A learning platform: a page with links in a frame and in a new window, which signs real messages.

import { createPublicKey, createSign, createVerify, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

const LTI = "https://purl.imsglobal.org/spec/lti/claim";
const MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership";

/** Who uses the platform's pages. */
export interface Person {
  id: string;
  name: string;
  email: string;
  teaches: boolean;
}

export const ADA: Person = { id: "user-1", name: "Ada Learner", email: "ada@school.example", teaches: false };
export const TESS: Person = { id: "user-2", name: "Tess Teacher", email: "tess@school.example", teaches: true };

type Claims = Record<string, unknown>;

export class Platform {
  readonly url: string;
  /** Who is signed in there. */
  person: Person = ADA;
  /** What was picked: the content items of the last answer. */
  picked: Claims[] = [];
  /** The scores that it took. */
  scores: Claims[] = [];
  /** Whether it takes any now. */
  takesScores = true;
  /** Changes the next messages. */
  spoil: (claims: Claims) => void = () => {};
  readonly #pair = generateKeyPairSync("rsa", { modulusLength: 2048 });

  private constructor(
    private readonly http: HttpServer,
    private readonly site: string,
  ) {
    // Another site than the tool's 127.0.0.1, as browsers see it.
    this.url = `http://localhost:${(http.address() as AddressInfo).port}`;
    http.on("request", async (request, response) => {
      const { status, type, body } = await this.answer(request);
      response.writeHead(status, { "content-type": type }).end(body);
    });
  }

  static async start(site: string): Promise<Platform> {
    const http = createServer();
    await new Promise<void>((done) => http.listen(0, done));
    return new Platform(http, site);
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  /** What an operator enters at the tool. */
  get registration() {
    return {
      name: "Moodle",
      issuer: this.url,
      client_id: "drydock-client",
      deployment: "1",
      auth_url: `${this.url}/auth`,
      token_url: `${this.url}/token`,
      jwks_url: `${this.url}/jwks`,
    };
  }

  private async answer(request: IncomingMessage) {
    const url = new URL(request.url ?? "/", this.url);
    const body = await read(request);
    const sent = new URLSearchParams(body);
    const json = (value: object) => ({ status: 200, type: "application/json", body: JSON.stringify(value) });
    const page = (html: string) => ({
      status: 200,
      type: "text/html",
      body: `<!doctype html><html lang="en"><title>Course</title><main aria-label="Platform">${html}</main></html>`,
    });
    switch (url.pathname) {
      case "/course":
        return page(`<h1>Containers 101</h1><a href="/start?kind=open" target="_blank">First image</a>`);
      case "/framed":
        return page(`<h1>Containers 101</h1><iframe title="Tool" src="/start?kind=${url.searchParams.get("kind")}" width="1200" height="700"></iframe>`);
      case "/start":
        return page(
          form(`${this.site}/lti/login`, {
            iss: this.url,
            client_id: "drydock-client",
            login_hint: this.person.id,
            lti_message_hint: url.searchParams.get("kind") ?? "",
            target_link_uri: `${this.site}/courses/docker/labs/first-image`,
          }),
        );
      case "/auth": {
        const asked = url.searchParams;
        const claims = this.claims(asked.get("nonce") ?? "", asked.get("lti_message_hint") === "pick");
        this.spoil(claims);
        return page(form(asked.get("redirect_uri") ?? "", { state: asked.get("state") ?? "", id_token: this.sign(claims) }));
      }
      case "/token": {
        await this.verify(sent.get("client_assertion") ?? "");
        return json({ access_token: "token-1", token_type: "Bearer", expires_in: 3600 });
      }
      case "/lineitems/1/scores": {
        const allowed = request.headers.authorization === "Bearer token-1";
        if (!allowed || !this.takesScores) return { status: allowed ? 503 : 401, type: "text/plain", body: "Closed for the night" };
        this.scores.push(JSON.parse(body));
        return json({});
      }
      case "/return": {
        const answer = await this.verify(sent.get("JWT") ?? "");
        this.picked = answer["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"] as Claims[];
        return page(`<h1>Added to the course</h1><p>${this.picked.length} links</p>`);
      }
      case "/jwks": {
        const key = this.#pair.publicKey.export({ format: "jwk" });
        return json({ keys: [{ ...key, kid: "one", use: "sig", alg: "RS256" }] });
      }
      default:
        return { status: url.pathname === "/favicon.ico" ? 204 : 404, type: "text/plain", body: "" };
    }
  }

  private claims(nonce: string, picks: boolean): Claims {
    const now = Math.floor(Date.now() / 1000);
    const role = this.person.teaches ? "Instructor" : "Learner";
    const last = this.picked[0];
    return {
      iss: this.url,
      aud: "drydock-client",
      sub: this.person.id,
      name: this.person.name,
      email: this.person.email,
      nonce,
      iat: now,
      exp: now + 300,
      [`${LTI}/message_type`]: picks ? "LtiDeepLinkingRequest" : "LtiResourceLinkRequest",
      [`${LTI}/version`]: "1.3.0",
      [`${LTI}/deployment_id`]: "1",
      [`${LTI}/target_link_uri`]: last?.["url"] ?? `${this.site}/courses/docker/labs/first-image`,
      [`${LTI}/custom`]: last?.["custom"] ?? {},
      [`${LTI}/roles`]: [`${MEMBERSHIP}#${role}`],
      [`${LTI}/context`]: { id: "course-1", title: "Containers 101" },
      [`${LTI}/resource_link`]: { id: "link-7" },
      "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
        scope: ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
        lineitem: `${this.url}/lineitems/1`,
      },
      ...(picks && {
        "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings": {
          deep_link_return_url: `${this.url}/return`,
          accept_types: ["ltiResourceLink"],
          accept_presentation_document_targets: ["window"],
          accept_multiple: true,
        },
      }),
    };
  }

  private sign(claims: Claims): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "RS256", typ: "JWT", kid: "one" })}.${part({ jti: randomUUID(), ...claims })}`;
    return `${text}.${createSign("RSA-SHA256").update(text).sign(this.#pair.privateKey, "base64url")}`;
  }

  /** The claims of a token of the tool's, if its published key signed it. */
  private async verify(token: string): Promise<Claims> {
    const [head = "", body = "", signature = ""] = token.split(".");
    const { kid } = JSON.parse(Buffer.from(head, "base64url").toString());
    const { keys } = (await (await fetch(`${this.site}/lti/jwks`)).json()) as { keys: { kid: string }[] };
    const jwk = keys.find((key) => key.kid === kid);
    if (!jwk) throw new Error("the tool publishes no such key");
    const key = createPublicKey({ key: jwk, format: "jwk" });
    if (!createVerify("RSA-SHA256").update(`${head}.${body}`).verify(key, signature, "base64url")) {
      throw new Error("the signature is wrong");
    }
    return JSON.parse(Buffer.from(body, "base64url").toString());
  }
}

/** A form that sends itself, as platforms' pages do. */
function form(action: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  return `<form method="post" action="${action}">${inputs.join("")}</form><script>document.forms[0].submit()</script>`;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
