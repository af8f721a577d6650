#!/usr/bin/env python3
"""A small identity server of another shape, to test that a target profile alone bridges the difference.

Three operations with Vietnamese names: register (/api/dang-ky, /api/xac-nhan, /api/mat-khau) and log in
(/api/dang-nhap). Form bodies in, JSON out, always HTTP 200 with a numeric `code`; the session is a cookie.
Python's standard library only; all state is in memory.

    python3 server.py --port 9790 --population http://127.0.0.1:9701 --sms http://127.0.0.1:9702
"""

import argparse
import datetime
import hashlib
import http.client
import json
import os
import queue
import re
import secrets
import signal
import sys
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OK, MISMATCH, EXISTS, CODE_WRONG, CODE_EXPIRED, CODE_VOID, CREDENTIALS = range(7)
LOCKED, MALFORMED, TOO_SOON, NOT_ELIGIBLE, PHONE_TAKEN, WEAK_PASSWORD, OUT_OF_ORDER = range(7, 14)
BUSY = 99

MAX_BODY_BYTES = 16 * 1024
MAX_CONNECTIONS = 1_000
MAX_WAITING_SMS = 10_000
IDLE_S = 75
OUTSIDE_TIMEOUT_S = 10
WINDOW_S = 3_600
AFTER_CODE_S = 15 * 60
SEXES = {"nam": "male", "nữ": "female"}
SPECIALS = "!@#$^*()_-"


class Refusal(Exception):
    """A refusal with its numeric code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


class Busy(Exception):
    """A service that is needed does not answer."""


@dataclass
class Challenge:
    """A registration under way."""

    handle: str
    number: str
    phone: str
    code: str
    sent: float
    wrong: int = 0
    confirmed: float = 0.0
    void: bool = False
    done: bool = False


@dataclass
class Tries:
    """Wrong passwords of a number, known or not, so that answers are alike."""

    wrong: int = 0
    locked_until: float = 0.0


@dataclass
class State:
    """Everything that the server knows. Guarded by one lock; nothing slow happens while it is held."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    challenges: dict = field(default_factory=dict)
    newest: dict = field(default_factory=dict)
    codes_sent: dict = field(default_factory=dict)
    wrong_codes: dict = field(default_factory=dict)
    accounts: dict = field(default_factory=dict)
    phones: dict = field(default_factory=dict)
    tries: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)


class Outside:
    """A JSON service over HTTP/1.1, one kept connection a thread."""

    def __init__(self, base):
        url = urllib.parse.urlsplit(base)
        if url.scheme != "http" or not url.hostname:
            raise SystemExit(f"«{base}» is not an address of the form http://host:port")
        self.host, self.port, self.prefix = url.hostname, url.port or 80, url.path.rstrip("/")
        self.local = threading.local()

    def ask(self, method, path, body=None, headers=None):
        """Sends a request, once more if a kept connection was closed meanwhile. Raises Busy."""
        payload = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        for attempt in (1, 2):
            kept = getattr(self.local, "connection", None)
            connection = kept or http.client.HTTPConnection(self.host, self.port, timeout=OUTSIDE_TIMEOUT_S)
            self.local.connection = connection
            try:
                connection.request(method, self.prefix + path, payload, headers)
                response = connection.getresponse()
                data = response.read()
                return response.status, json.loads(data) if data else {}
            except (OSError, http.client.HTTPException, ValueError) as error:
                connection.close()
                self.local.connection = None
                if attempt == 2 or kept is None:
                    raise Busy(f"{self.host}:{self.port}{path}: {error}") from error
        raise Busy(path)


class Sms:
    """Hands messages to the gateway, in the background, with retries as long as the code lives."""

    def __init__(self, gateway, life_s):
        self.gateway, self.life_s = gateway, life_s
        self.waiting = queue.Queue(MAX_WAITING_SMS)
        for _ in range(4):
            threading.Thread(target=self._work, daemon=True).start()

    def send(self, phone, text):
        try:
            self.waiting.put_nowait((time.monotonic() + self.life_s, secrets.token_hex(16), phone, text))
        except queue.Full as error:
            raise Busy("too many messages are waiting") from error

    def _work(self):
        while True:
            until, key, phone, text = self.waiting.get()
            message = {"from": "DINHDANH", "to": phone, "text": text}
            pause_s = 0.1
            while time.monotonic() < until:
                try:
                    status, _ = self.gateway.ask("POST", "/v1/messages", message, {"Idempotency-Key": key})
                    if status < 300 or (400 <= status < 500 and status != 429):
                        break
                except Busy:
                    pass
                time.sleep(pause_s)
                pause_s = min(2.0, pause_s * 2)


class Service:
    """The operations. Each takes the fields of a form and gives the fields of the answer, or raises Refusal."""

    def __init__(self, options, population, sms, day):
        self.options, self.population, self.sms, self.day = options, population, sms, day
        self.state = State()
        self.pepper = secrets.token_bytes(16)

    def register(self, form):
        number, phone = wanted(form, "so_dinh_danh"), wanted(form, "so_dien_thoai")
        name, born, sex = wanted(form, "ho_ten"), date_of(wanted(form, "ngay_sinh")), wanted(form, "gioi_tinh")
        if not re.fullmatch(r"[0-9]{12}", number) or not re.fullmatch(r"0[0-9]{9}", phone):
            raise Refusal(MALFORMED)
        if sex.lower() not in SEXES:
            raise Refusal(MALFORMED)
        self._check_person(number, name, born, SEXES[sex.lower()])
        now = time.monotonic()
        with self.state.lock:
            self._check_free(number, phone)
            newest = self.state.challenges.get(self.state.newest.get((number, phone)))
            sent = self.state.codes_sent.setdefault(phone, [])
            sent[:] = [at for at in sent if now - at < WINDOW_S]
            if sent and now - sent[-1] < self.options.resend_gap and not (newest and newest.confirmed):
                raise Refusal(TOO_SOON)
            if len(sent) > self.options.resends:
                raise Refusal(TOO_SOON)
            if newest:
                newest.void = True
            code = f"{secrets.randbelow(1_000_000):06}"
            challenge = Challenge(secrets.token_urlsafe(18), number, phone, code, now)
            self.state.challenges[challenge.handle] = challenge
            self.state.newest[(number, phone)] = challenge.handle
            sent.append(now)
        minutes = max(1, round(self.options.code_life / 60))
        self.sms.send(phone, f"Ma xac nhan dang ky cua ban: {code}. Het han sau {minutes} phut. Khong chia se ma nay.")
        return {"ma": challenge.handle, "het_han_sau": int(self.options.code_life)}

    def confirm(self, form):
        handle, code = wanted(form, "ma"), wanted(form, "otp")
        now = time.monotonic()
        with self.state.lock:
            challenge = self.state.challenges.get(handle)
            if challenge is None or challenge.void or challenge.confirmed:
                raise Refusal(CODE_VOID)
            if now - challenge.sent >= self.options.code_life:
                raise Refusal(CODE_EXPIRED)
            wrong = self.state.wrong_codes.setdefault((challenge.number, challenge.phone), [])
            wrong[:] = [at for at in wrong if now - at < WINDOW_S]
            if len(wrong) >= self.options.codes_per_window or challenge.wrong >= self.options.code_tries:
                raise Refusal(CODE_VOID)
            if not secrets.compare_digest(code.encode(), challenge.code.encode()):
                challenge.wrong += 1
                wrong.append(now)
                raise Refusal(CODE_WRONG)
            challenge.confirmed = now
        if form.get("mat_khau"):
            self.set_password(form)
        return {}

    def set_password(self, form):
        handle, password = wanted(form, "ma"), wanted(form, "mat_khau")
        hashed = self._hash(password)
        now = time.monotonic()
        with self.state.lock:
            challenge = self.state.challenges.get(handle)
            if challenge is None or challenge.void:
                raise Refusal(CODE_VOID)
            if not challenge.confirmed or challenge.done:
                raise Refusal(OUT_OF_ORDER)
            if now - challenge.confirmed >= AFTER_CODE_S:
                raise Refusal(CODE_EXPIRED)
            if not strong(password):
                raise Refusal(WEAK_PASSWORD)
            self._check_free(challenge.number, challenge.phone)
            challenge.done = True
            self.state.accounts[challenge.number] = hashed
            self.state.phones[challenge.phone] = challenge.number
        return {}

    def login(self, form):
        number, password = wanted(form, "so_dinh_danh"), wanted(form, "mat_khau")
        hashed = self._hash(password)
        now = time.monotonic()
        with self.state.lock:
            tries = self.state.tries.setdefault(number, Tries())
            if now < tries.locked_until:
                raise Refusal(LOCKED)
            known = self.state.accounts.get(number, b"")
            if not secrets.compare_digest(known, hashed):
                tries.wrong += 1
                if tries.wrong >= self.options.login_tries:
                    tries.wrong, tries.locked_until = 0, now + self.options.lock
                raise Refusal(CREDENTIALS)
            tries.wrong = 0
            session = secrets.token_urlsafe(24)
            self.state.sessions[session] = number
        return {"phien": session}

    def _check_person(self, number, name, born, sex):
        query = {"number": number, "name": name, "born": born, "sex": sex}
        status, answer = self.population.ask("POST", "/v1/verify", query)
        if status >= 500:
            raise Busy("the population service fails")
        if status >= 400 or answer.get("result") != "match":
            raise Refusal(MISMATCH)
        if answer.get("life", "alive") != "alive" or age_on(born, self.day) < self.options.minimum_age:
            raise Refusal(NOT_ELIGIBLE)

    def _check_free(self, number, phone):
        if number in self.state.accounts:
            raise Refusal(EXISTS)
        if self.state.phones.get(phone, number) != number:
            raise Refusal(PHONE_TAKEN)

    def _hash(self, password):
        return hashlib.pbkdf2_hmac("sha256", password.encode(), self.pepper, 2_000)


def wanted(form, name):
    """A field that must be there."""
    value = form.get(name, "").strip()
    if not value or len(value) > 200:
        raise Refusal(MALFORMED)
    return value


def date_of(text):
    """dd/MM/yyyy as yyyy-MM-dd; a bare year stays one."""
    if re.fullmatch(r"[0-9]{4}", text):
        return text
    try:
        return datetime.datetime.strptime(text, "%d/%m/%Y").date().isoformat()
    except ValueError as error:
        raise Refusal(MALFORMED) from error


def age_on(born, day):
    """Full years on a day; who has only a birth year is taken to be born on 1 January."""
    date = datetime.date(int(born), 1, 1) if len(born) == 4 else datetime.date.fromisoformat(born)
    return day.year - date.year - ((day.month, day.day) < (date.month, date.day))


def strong(password):
    """8 to 20 characters with upper, lower, digit and a special one."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda c: c in SPECIALS)
    return 8 <= len(password) <= 20 and all(any(kind(c) for c in password) for kind in kinds)


def handler_of(service, slots):
    """The class that answers requests to a service."""
    routes = {
        "/api/dang-ky": service.register,
        "/api/xac-nhan": service.confirm,
        "/api/mat-khau": service.set_password,
        "/api/dang-nhap": service.login,
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "dinh-danh"
        sys_version = ""
        timeout = IDLE_S
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle(self):
            if slots.acquire(blocking=False):
                try:
                    super().handle()
                except (ConnectionError, TimeoutError):
                    pass
                finally:
                    slots.release()

        def do_POST(self):
            operation = routes.get(self.path)
            form = self._form()
            if operation is None:
                self._answer(404, {"code": MALFORMED})
            elif form is None:
                self.close_connection = True
                self._answer(200, {"code": MALFORMED})
            else:
                self._carry_out(operation, form)

        def _carry_out(self, operation, form):
            try:
                self._answer(200, {"code": OK, **operation(form)})
            except Refusal as refusal:
                self._answer(200, {"code": refusal.code})
            except Busy:
                self._answer(503, {"code": BUSY}, {"Retry-After": "1"})

        def _form(self):
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > MAX_BODY_BYTES:
                return None
            try:
                text = self.rfile.read(int(length)).decode()
                fields = urllib.parse.parse_qs(text, keep_blank_values=True, max_num_fields=20)
            except ValueError:
                return None
            return {name: values[0] for name, values in fields.items()}

        def _answer(self, status, values, headers=None):
            session = values.pop("phien", None)
            body = json.dumps(values).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            if session:
                self.send_header("Set-Cookie", f"phien={session}; Path=/; HttpOnly")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """One line a request tells nothing here."""

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512


def options_of(arguments):
    env = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--host", default=env("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(env("PORT", "9790")), help="0 takes a free one")
    parser.add_argument("--population", default=env("POPULATION_URL", "http://127.0.0.1:9701"))
    parser.add_argument("--sms", default=env("SMS_URL", "http://127.0.0.1:9702"))
    parser.add_argument("--day", help="the civil day, as 2022-08-27; else that of the population service")
    parser.add_argument("--code-life", type=float, default=180, help="seconds")
    parser.add_argument("--code-tries", type=int, default=5)
    parser.add_argument("--codes-per-window", type=int, default=15)
    parser.add_argument("--resend-gap", type=float, default=60, help="seconds")
    parser.add_argument("--resends", type=int, default=5, help="in an hour, the first code not counted")
    parser.add_argument("--login-tries", type=int, default=5)
    parser.add_argument("--lock", type=float, default=300, help="seconds")
    parser.add_argument("--minimum-age", type=int, default=14)
    return parser.parse_args(arguments)


def day_of(options, population):
    if options.day:
        return datetime.date.fromisoformat(options.day)
    try:
        status, answer = population.ask("GET", "/health")
        if status == 200 and answer.get("day"):
            return datetime.date.fromisoformat(answer["day"])
    except Busy as error:
        raise SystemExit(f"the population service does not answer: {error}") from error
    return datetime.date.today()


def main(arguments=None):
    options = options_of(arguments)
    population = Outside(options.population)
    sms = Sms(Outside(options.sms), options.code_life)
    service = Service(options, population, sms, day_of(options, population))
    slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
    server = Server((options.host, options.port), handler_of(service, slots))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on http://{options.host}:{server.server_address[1]}/api", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
