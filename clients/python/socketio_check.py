"""python-socketio against a running conformance server.

    socketio_check.py TRANSPORTS all=URL sio-client=URL
    socketio_check.py TRANSPORTS --reconnect URL

TRANSPORTS is polling, websocket or polling,websocket. One line is printed per check; the exit code is 0 if all
succeeded. The second form prints "connected", expects the server to be replaced by another, and ends when it has
heard from that one.
"""

import queue
import sys
import threading
import traceback

import socketio

PATIENCE_SECONDS = 10


class Session:
    """A connected client; what it hears is kept in queues."""

    def __init__(self, url, transports, namespaces=("/",), reconnection=False, **options):
        self.client = socketio.Client(
            reconnection=reconnection, reconnection_delay=0.05, reconnection_delay_max=0.5, handle_sigint=False
        )
        self.heard = {}
        self.transports = transports
        self.url = url
        self.namespaces = list(namespaces)
        self.options = options

    def __enter__(self):
        # Without a list the client begins with polling and changes to WebSocket by itself.
        chosen = None if len(self.transports) > 1 else self.transports
        self.client.connect(
            self.url, transports=chosen, namespaces=self.namespaces, wait_timeout=PATIENCE_SECONDS, **self.options
        )
        return self

    def __exit__(self, *failure):
        self.client.disconnect()

    def hear(self, event, namespace="/"):
        arrived = queue.Queue()
        self.client.on(event, lambda *arguments: arrived.put(arguments), namespace=namespace)
        return arrived

    def ask(self, event, data=None, namespace="/"):
        return self.client.call(event, data, namespace=namespace, timeout=PATIENCE_SECONDS)

    def emit(self, event, data=None):
        self.client.emit(event, data)


def take(arrived):
    return arrived.get(timeout=PATIENCE_SECONDS)


def same(actual, expected):
    assert actual == expected, f"expected {expected!r:.200}, got {actual!r:.200}"


def without_offset(arguments):
    """Behind its arguments each event of a server that lets clients recover has an offset."""
    assert isinstance(arguments[-1], str), arguments
    return arguments[:-1]


def goes_by_the_transports_it_was_given(servers, transports):
    with Session(servers["all"], transports) as session:
        same(session.client.transport(), transports[-1])
        same(session.ask("echo", "hello"), "hello")


def echoes_come_back_as_they_were(servers, transports):
    values = [0, -1, 1.5, True, "", "Ä てすと 🚀 \"\\\n\u2028", [], {}, [1, [None, {"a": {"b": False}}]], {"_x": None}]
    with Session(servers["all"], transports) as session:
        for value in values:
            same(session.ask("echo", value), value)
        same(session.ask("echo", (None,)), None)


def bytes_come_back_at_any_depth(servers, transports):
    values = [b"", b"\x00\x01\xff", {"deep": [b"one", {"er": b"two"}], "text": "x"}, bytes(70_000)]
    with Session(servers["all"], transports) as session:
        for value in values:
            same(session.ask("echo", value), value)


def many_packets_in_a_row_keep_their_order(servers, transports):
    # A payload of more than 16 packets is refused by this client, and its answers come in one if they may.
    with Session(servers["all"], transports) as session:
        heard = session.hear("msg")
        session.ask("join", "python " + transports[-1])
        for number in range(500):
            session.emit("pub", ("python " + transports[-1], number))
        for number in range(500):
            same(take(heard), (number,))


def large_messages_come_back(servers, transports):
    with Session(servers["all"], transports) as session:
        for value in ("x" * 900_000, bytes(range(256)) * 2_500):
            same(session.ask("echo", value), value)


def server_sends_bytes(servers, transports):
    with Session(servers["sio-client"], transports) as session:
        doge = session.hear("doge")
        session.emit("doge")
        same(without_offset(take(doge)), (b"asdfasdf",))
        recognised = session.hear("jsonbuff-ack")
        session.emit("jsonbuff", {"hello": "lol", "message": b"howdy", "goodbye": "gotcha"})
        take(recognised)


def server_sends_text_of_all_kinds(servers, transports):
    with Session(servers["sio-client"], transports) as session:
        texts = session.hear("takeUtf8")
        session.emit("getUtf8")
        for text in ("てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"):
            same(take(texts)[0], text)


def client_acknowledges(servers, transports):
    with Session(servers["sio-client"], transports) as session:
        session.client.on("ack", lambda *arguments: (5, {"test": True}))
        got_it = session.hear("got it")
        session.emit("ack")
        take(got_it)


def namespaces_share_a_connection(servers, transports):
    with Session(servers["sio-client"], transports, namespaces=["/", "/foo", "/asd"]) as session:
        same(session.ask("getId"), session.client.get_sid("/"))
        same(session.ask("getId", namespace="/foo"), session.client.get_sid("/foo"))
        assert session.client.get_sid("/") != session.client.get_sid("/foo")


def refusals_come_with_their_reason(servers, transports):
    reasons = {"/no": "Auth failed (custom namespace)", "/unknown": "Invalid namespace"}
    for namespace, reason in reasons.items():
        # It would wait for all namespaces until its time is over, refused or not.
        session = Session(servers["sio-client"], transports, namespaces=[namespace], wait=False)
        refused = session.hear("connect_error", namespace)
        with session:
            same(take(refused), ({"message": reason},))


def handshake_shows_query_headers_and_auth(servers, transports):
    with Session(
        servers["sio-client"] + "?token=abc", transports, headers={"X-Tested": "yes"}, auth={"user": "Zoë"}
    ) as session:
        handshake = session.ask("getHandshake")
        same(handshake["query"]["token"], "abc")
        same(handshake["headers"]["x-tested"], "yes")
        same(handshake["auth"], {"user": "Zoë"})


CHECKS = [
    goes_by_the_transports_it_was_given,
    echoes_come_back_as_they_were,
    bytes_come_back_at_any_depth,
    many_packets_in_a_row_keep_their_order,
    large_messages_come_back,
    server_sends_bytes,
    server_sends_text_of_all_kinds,
    client_acknowledges,
    namespaces_share_a_connection,
    refusals_come_with_their_reason,
    handshake_shows_query_headers_and_auth,
]


def reconnect(url, transports):
    session = Session(url, transports, reconnection=True)
    gone, back = threading.Event(), threading.Event()
    with session:
        session.client.on("disconnect", gone.set)
        session.client.on("connect", back.set)
        same(session.ask("echo", 1), 1)
        print("connected", flush=True)
        assert gone.wait(60), "the end of the first server was not noticed"
        assert back.wait(60), "the second server was not found"
        same(session.ask("echo", 2), 2)


def main(transports, *arguments):
    transports = transports.split(",")
    if arguments[0] == "--reconnect":
        reconnect(arguments[1], transports)
        return 0
    servers = dict(argument.split("=", 1) for argument in arguments)
    failed = 0
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(servers, transports)
            print(f"ok: {name}", flush=True)
        except Exception:  # whatever the library raises
            failed += 1
            print(f"FAILED: {name}\n{traceback.format_exc()}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
