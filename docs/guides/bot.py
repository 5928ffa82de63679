"""A whole bot: it takes one user through an enrollment, with a terminal in the place of a chat.

    python3 -m venv .local/venv && . .local/venv/bin/activate
    python3 -m pip install --require-hashes --requirement docs/guides/bot.requirements.txt
    python3 docs/guides/bot.py 'auth0|5f7c8ec7c33c6c004bbafe82' '+14155550123'

TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, MFA_TASK_QUEUE: where Temporal and the workers are
MFA_PAYLOAD_KEYS_FILE: the workers' keyring, where payloads are encrypted (docs/encryption.md)
AUTH0_DOMAIN, AUTH0_CLIENT_ID, MFA_REDIRECT_URI: of the login (docs/plain-clients.md)

`npm start` prints them for its stack. Stopped (Ctrl-C) and started again, it goes on where it was.
"""

import asyncio, base64, dataclasses, hashlib, json, os, re, secrets, signal, sys
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK
from temporalio.api.common.v1 import Payload
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.common import SearchAttributeKey, WorkflowIDConflictPolicy
from temporalio.converter import DataConverter, PayloadCodec, WithSerializationContext
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

PHASE = SearchAttributeKey.for_keyword("MfaPhase")
MADE_BY_A_MACHINE = re.compile(
    r"(auth0|email|sms)\|[0-9a-f]{24}|(google-oauth2|facebook|twitter)\|[1-9][0-9]{15,31}"
)
ENCRYPTED = b"binary/encrypted"
NEEDED = ("AUTH0_DOMAIN", "AUTH0_CLIENT_ID", "MFA_REDIRECT_URI")
SECONDS_BETWEEN_LOOKS = 1
STOPPED = "Stopped. The enrollment stays: start the bot again to go on."
COME_BACK = "That page need not load. The address that the browser has come back to:"


class Codec(PayloadCodec, WithSerializationContext):
    """AES-256-GCM over the whole payload, bound to its key, namespace and workflow."""

    def __init__(self, keyring, namespace, workflow_id=None):
        self.keyring, self.namespace, self.workflow_id = keyring, namespace, workflow_id
        self.keys = {key["kid"]: AESGCM(unbase64url(key["key"])) for key in keyring["keys"]}

    def with_context(self, context):
        return Codec(self.keyring, self.namespace, context.workflow_id)

    async def encode(self, payloads):
        return [self.encrypt(payload, self.keyring["primary"]) for payload in payloads]

    async def decode(self, payloads):
        return [self.decrypt(p) if p.metadata["encoding"] == ENCRYPTED else p for p in payloads]

    def encrypt(self, payload, kid):
        nonce, bound = secrets.token_bytes(12), (kid, self.namespace, self.workflow_id)
        sealed = self.keys[kid].encrypt(nonce, payload.SerializeToString(), additional_data(*bound))
        names = ("encryption-key-id", "encryption-namespace", "encryption-workflow-id")
        clear = {name: text.encode() for name, text in zip(names, bound) if text is not None}
        clear |= {"encoding": ENCRYPTED, "encryption-version": b"1"}
        return Payload(metadata=clear, data=nonce + sealed)

    def decrypt(self, payload):
        kid = payload.metadata["encryption-key-id"].decode()
        workflow_id = self.workflow_id if "encryption-workflow-id" in payload.metadata else None
        nonce, sealed = payload.data[:12], payload.data[12:]
        bound = additional_data(kid, self.namespace, workflow_id)
        return Payload.FromString(self.keys[kid].decrypt(nonce, sealed, bound))


def additional_data(kid, namespace, workflow_id):
    values = [ENCRYPTED.decode(), "1", kid, namespace, workflow_id]
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()


async def connect():
    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    namespace = os.environ.get("TEMPORAL_NAMESPACE", "default")
    converter = DataConverter.default
    try:
        if path := os.environ.get("MFA_PAYLOAD_KEYS_FILE"):
            with open(path, encoding="utf-8") as file:
                codec = Codec(json.load(file), namespace)
            converter = dataclasses.replace(converter, payload_codec=codec)
        client = await Client.connect(address, namespace=namespace, data_converter=converter)
    except (OSError, ValueError) as error:
        leave(f"MFA_PAYLOAD_KEYS_FILE: {error}")
    except RuntimeError as error:
        leave(f"TEMPORAL_ADDRESS={address}: set it, or start Temporal there. {error}")
    if path:
        return client
    asked = DescribeNamespaceRequest(namespace=namespace)
    said = (await client.workflow_service.describe_namespace(asked)).namespace_info.data
    if said["mfa_payloads"] == "encrypted":
        leave("Payloads are encrypted here: set MFA_PAYLOAD_KEYS_FILE. Nothing was sent.")
    return client


async def enroll(user_id, phone_number):
    client = await connect()
    tenant = os.environ["AUTH0_DOMAIN"]
    workflow_id = workflow_id_of(tenant, user_id)
    request = {"tenant": tenant, "userId": user_id, "phoneNumber": phone_number, "requestedBy": "bot"}
    try:
        handle = await client.start_workflow(
            "enrollMfa",
            request,
            id=workflow_id,
            task_queue=os.environ.get("MFA_TASK_QUEUE", "mfa-enrollment"),
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
    except WorkflowAlreadyStartedError:
        say("One runs already for this user: it goes on, with the number that it was started with.")
        handle = client.get_workflow_handle(workflow_id)
    device = JWK.generate(kty="EC", crv="P-256")  # it alone opens the QR code; not kept in a file
    while (description := await handle.describe()).close_time is None:
        phase = description.typed_search_attributes.get(PHASE)
        if phase is None or "progress" not in await description.memo():  # no worker has taken it yet
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            continue
        memo = await description.memo()
        action = memo["progress"]["next"]
        say(f"{phase}: {json.dumps(action)}")
        await go_on(handle, device, action, memo.get("setUp") or {})
    try:
        result = await handle.result()
    except WorkflowFailureError as error:
        return say(f"failed: {error.cause}")
    say(f"{result['outcome']}: {json.dumps(result['factors'])}")
    sealed = (await (await handle.describe()).memo()).get("setUp") or {}
    if for_device(sealed, "recoveryCode", device):
        say(f"Write this down: {opened(sealed['recoveryCode'], device)['recoveryCode']}")


def for_device(sealed, what, device):
    return sealed.get(what, {}).get("kid") == device.thumbprint()


async def go_on(handle, device, action, sealed):
    match action["type"]:
        case "log-in":
            await log_in(handle, device)
        case "enter-sms-code":
            code = ask(f"Code texted to {action['maskedPhoneNumber']} (empty: text another one):")
            if code == "":
                return await deliver(handle, "resendCode", {"challenge": action["challenge"]})
            await deliver(handle, "submitCode", {"code": code, "challenge": action["challenge"]})
        case "scan-and-enter-otp":
            if not for_device(sealed, "totp", device):
                say("The QR code is for the device that logged in. Log in here to get another one.")
                return await log_in(handle, device)
            set_up = opened(sealed["totp"], device)
            say(f"As a QR code: {set_up['barcodeUri']}\nor typed into the app: {set_up['secret']}")
            code = ask("Code that the app shows:")
            await deliver(handle, "submitCode", {"code": code, "challenge": action["challenge"]})
        case "request-resend":
            ask("The last text can no longer be answered. Return asks for another one:")
            await deliver(handle, "resendCode", {"challenge": action["challenge"]})
        case "change-phone-number":
            number = ask("Auth0 does not take the number. Another one, as +14155550123:")
            await deliver(handle, "changePhoneNumber", {"phoneNumber": number})
        case _:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


async def log_in(handle, device):
    domain, redirect_uri = os.environ["AUTH0_DOMAIN"], os.environ["MFA_REDIRECT_URI"]
    issuer = f"http{'' if domain.startswith('127.0.0.1:') else 's'}://{domain}/"  # there, an emulator's
    verifier, state, random = (secrets.token_urlsafe(32) for _ in range(3))
    nonce = f"{random}.{device.thumbprint()}"  # the login is for this device's key alone
    parameters = {
        "response_type": "code",
        "client_id": os.environ["AUTH0_CLIENT_ID"],
        "redirect_uri": redirect_uri,
        "audience": f"{issuer}mfa/",
        "scope": "openid enroll read:authenticators remove:authenticators",
        "prompt": "login",
        "max_age": 0,
        "state": state,
        "nonce": nonce,
        "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    say(f"Log in: {issuer}authorize?{urlencode(parameters)}")
    answer = parse_qs(urlsplit(ask(COME_BACK)).query)
    if answer.get("state") != [state] or "code" not in answer:
        return say(f"That does not end this login: {answer.get('error', 'copy it as a whole')}")
    proof = {"code": answer["code"][0], "codeVerifier": verifier, "redirectUri": redirect_uri}
    sealing = {"nonce": nonce, "sealTo": device.export_public(as_dict=True)}
    await deliver(handle, "completeLogin", proof | sealing)


async def deliver(handle, update, message):
    try:
        answer = await handle.execute_update(update, message)
    except WorkflowUpdateFailedError as error:  # refused before it was taken
        answer = {"status": "refused", "hint": str(error.cause)}
    say(f"{update}: {answer['status']} {answer.get('hint', '')}")


def opened(sealed, device):
    token = JWE(algs=["ECDH-ES", "A256GCM"])
    token.deserialize(sealed["jwe"], device)
    return json.loads(token.payload)


def workflow_id_of(tenant, user_id):
    digest = hashlib.sha256(f"{tenant}\n{user_id}".encode()).digest()
    opaque = MADE_BY_A_MACHINE.fullmatch(user_id)
    return f"enroll-mfa/{tenant}/" + (quote(user_id, safe="") if opaque else f"h-{base64url(digest)}")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def say(text):
    print(text, flush=True)


def ask(question):
    say(question)
    try:
        return input().strip()
    except EOFError:
        leave(STOPPED)


def leave(text):
    print(text, file=sys.stderr, flush=True)
    # Python does not end by itself: the SDK's threads may crash it then (temporalio/sdk-python#300).
    os._exit(1)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if missing := [name for name in NEEDED if not os.environ.get(name)]:
        leave(f"Not set: {', '.join(missing)}. See `npm start`, or docs/plain-clients.md.")
    # asyncio's own handler would wait for the next line of input.
    signal.signal(signal.SIGINT, lambda *_: leave(STOPPED))
    try:
        asyncio.run(enroll(*sys.argv[1:]))
    except RPCError as error:
        leave(f"Temporal says: {error.message}. {STOPPED}")
    os._exit(0)  # as in leave
