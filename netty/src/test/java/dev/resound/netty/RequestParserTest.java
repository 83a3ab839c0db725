package dev.resound.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.core.http.Header;
import dev.resound.netty.RequestParser.Complete;
import dev.resound.netty.RequestParser.ContinueWanted;
import dev.resound.netty.RequestParser.Failed;
import dev.resound.netty.RequestParser.NeedMore;
import dev.resound.netty.RequestParser.Phase;
import dev.resound.netty.RequestParser.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final HttpLimits LIMITS = HttpLimits.defaults().withBodyBytes(1000);
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private final RequestParser parser = new RequestParser(LIMITS);

    // What a request becomes

    @Test
    void aRequestBecomesItsParts() {
        Complete request =
                complete(
                        """
                        POST /apps/1/events?auth_key=k&b=%20 HTTP/1.1\r
                        Host: example.org:8080\r
                        Content-TYPE:application/json\r
                        X-Own:  \t spaced  out \t \r
                        Content-Length: 2\r
                        \r
                        {}\
                        """);
        assertThat(request.head())
                .returns("POST", RequestHead::method)
                .returns("/apps/1/events", RequestHead::path)
                .returns("auth_key=k&b=%20", RequestHead::query)
                .returns(1, RequestHead::minorVersion)
                .returns(true, RequestHead::keepAlive)
                .returns(false, RequestHead::upgrade);
        assertThat(request.head().headers())
                .containsExactly(
                        new Header("host", "example.org:8080"),
                        new Header("content-type", "application/json"),
                        new Header("x-own", "spaced  out"),
                        new Header("content-length", "2"));
        assertThat(request.body()).asString(ISO_8859_1).isEqualTo("{}");
    }

    @Test
    void aRequestWithoutBodyIsCompleteAtItsEmptyLine() {
        assertThat(complete(GET + "\r\n").body()).isEmpty();
    }

    @Test
    void directMemoryIsReadLikeTheHeap() {
        ByteBuf in = Unpooled.directBuffer();
        try {
            in.writeCharSequence(POST + "Content-Length: 3\r\n\r\nabc", ISO_8859_1);
            assertThat(parser.parse(in)).isInstanceOf(Complete.class);
            assertThat(in.isReadable()).isFalse();
        } finally {
            in.release();
        }
    }

    @Test
    void pipelinedRequestsComeOneAfterTheOther() {
        ByteBuf in =
                buffer(
                        GET.replace("/ ", "/1 ")
                                + "\r\n"
                                + POST.replace("/ ", "/2 ")
                                + "Content-Length: 1\r\n\r\nx"
                                + GET.replace("/ ", "/3 ")
                                + "\r\n");
        for (String path : new String[] {"/1", "/2", "/3"}) {
            assertThat(parser.parse(in))
                    .isInstanceOfSatisfying(
                            Complete.class, r -> assertThat(r.head().path()).isEqualTo(path));
        }
        assertThat(in.isReadable()).isFalse();
        assertThat(parser.parse(in)).isInstanceOf(NeedMore.class);
    }

    @Test
    void whatFollowsAnUpgradeIsLeftUnread() {
        ByteBuf in = buffer(GET + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n\u0081\u0000");
        assertThat(parser.parse(in)).isInstanceOf(Complete.class);
        assertThat(in.readableBytes()).isEqualTo(2);
    }

    @Test
    void usualAndUnusualNamesAreLowerCased() {
        assertThat(complete(GET + "SEC-WebSocket-Key: 1\r\nX-ZzZ_^: 2\r\n\r\n").head().headers())
                .extracting(Header::name)
                .containsExactly("host", "sec-websocket-key", "x-zzz_^");
    }

    @Test
    void bytesAboveAsciiInValuesAreKept() {
        assertThat(complete(GET + "X: caf\u00e9\r\n\r\n").head().headers())
                .contains(new Header("x", "caf\u00e9"));
    }

    @Test
    void emptyValuesAndTabsInsideValuesAreTaken() {
        assertThat(complete(GET + "A:\r\nB: \t\r\nC: a\tb\r\n\r\n").head().headers())
                .contains(new Header("a", ""), new Header("b", ""), new Header("c", "a\tb"));
    }

    @Test
    void aHeadDoesNotShowItsQueryAndHeaders() {
        String shown = complete("GET /p?secret HTTP/1.1\r\nHost: hidden\r\n\r\n").head().toString();
        assertThat(shown).isEqualTo("GET /p");
    }

    // Request line

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  / HTTP/1.1",
                "GET /  HTTP/1.1",
                "GET / HTTP/1.1 ",
                " GET / HTTP/1.1",
                "GET\t/ HTTP/1.1",
                "GET /\tHTTP/1.1",
                "GET / HTTP/1.1\t",
                "GET /a b HTTP/1.1",
                "GET /",
                "GET / ",
                "GET",
                "GET  HTTP/1.1",
                " / HTTP/1.1",
                "G@T / HTTP/1.1",
                "G(T / HTTP/1.1",
                "G\u00c9T / HTTP/1.1",
                "GET /\u00e9 HTTP/1.1",
                "GET /\u00ff?a HTTP/1.1",
            })
    void malformedRequestLinesAreRefused(String line) {
        refused(400, line + "\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http/1.1", "HTTP/1", "HTTP/1.", "HTTP/11.1", "HTTP/1.10", "HTTP 1.1", "HTTP/a.1",
                "HTTP/1.x", "HTTP/1,1", "HTTPS/1.1", "HTTP/+1.1", "HTTP/01.1", "Http/1.1", "ICY/1.0"
            })
    void malformedVersionsAreRefused(String version) {
        refused(400, "GET / " + version + "\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/3.7", "HTTP/0.9", "HTTP/9.1"})
    void otherMajorVersionsAreNotSpoken(String version) {
        refused(505, "GET / " + version + "\r\nHost: a\r\n\r\n");
    }

    @Test
    void thePrefaceOfHttp2IsNotSpoken() {
        refused(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    @Test
    void laterMinorVersionsAreTakenAsOurs() {
        assertThat(complete("GET / HTTP/1.9\r\nHost: a\r\n\r\n").head().minorVersion())
                .isEqualTo(1);
    }

    @Test
    void oneEmptyLineBeforeARequestIsSkipped() {
        complete("\r\n" + GET + "\r\n");
        complete("\r\n" + GET + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\r\n\r\n", "\n", "\r", "\u0000", "\u0016\u0003\u0001", "\t", " ", "\u007f"})
    void otherThingsBeforeARequestAreRefused(String before) {
        refused(400, before + GET + "\r\n");
    }

    @Test
    void aTlsHandshakeIsRefusedAtItsFirstByte() {
        refused(400, "\u0016");
    }

    // Targets

    @ParameterizedTest
    @ValueSource(
            strings = {"http://example.org", "HTTP://example.org/", "https://example.org:443/"})
    void absoluteFormIsReducedToThePath(String target) {
        RequestHead head = complete("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").head();
        assertThat(head.path()).isEqualTo("/");
        assertThat(head.query()).isEmpty();
    }

    @Test
    void absoluteFormKeepsPathAndQuery() {
        RequestHead head = complete("GET http://b:1/p/q?r?s HTTP/1.1\r\nHost: a\r\n\r\n").head();
        assertThat(head.path()).isEqualTo("/p/q");
        assertThat(head.query()).isEqualTo("r?s");
    }

    @Test
    void absoluteFormMayHaveAQueryWithoutPath() {
        RequestHead head = complete("GET http://b?q=/ HTTP/1.1\r\nHost: a\r\n\r\n").head();
        assertThat(head.path()).isEqualTo("/");
        assertThat(head.query()).isEqualTo("q=/");
    }

    @Test
    void theHostOfAnAbsoluteTargetReplacesTheField() {
        assertThat(complete("GET http://b:1/ HTTP/1.1\r\nHost: a\r\n\r\n").head().headers())
                .containsExactly(new Header("host", "b:1"));
    }

    @Test
    void anAbsoluteTargetDoesNotReplaceAMissingHostField() {
        refused(400, "GET http://b/ HTTP/1.1\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "example.org:80",
                "example.org",
                "ftp://a/",
                "http:/a",
                "http://",
                "http:///p",
                "http://user@a/",
                "http://a:b/",
                "/a#b",
                "http://a/#b",
                "ws://a/",
                "?q"
            })
    void otherTargetsAreRefused(String target) {
        refused(400, "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void aPathOfTwoSlashesIsNoAuthority() {
        assertThat(complete("GET //b/c HTTP/1.1\r\nHost: a\r\n\r\n").head().path())
                .isEqualTo("//b/c");
    }

    @Test
    void connectIsRefused() {
        refused(400, "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n");
    }

    // Line ends and controls

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
                "GET / HTTP/1.1\r\nHost: a\n\n",
            })
    void bareLineFeedsAreRefused(String request) {
        refused(400, request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\rHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n",
                "GE\rT / HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void bareCarriageReturnsAreRefused(String request) {
        refused(400, request);
    }

    @Test
    void foldedFieldsAreRefused() {
        refused(400, GET + "X: a\r\n b\r\n\r\n");
        refusedAnew(400, GET + "X: a\r\n\tb\r\n\r\n");
        refusedAnew(400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X : a",
                "X\t: a",
                ": a",
                "X",
                "X a: b",
                "X\u00e9: a",
                "X(: a",
                "X\": a",
                "@: a",
                ";",
                "{}: a"
            })
    void malformedFieldNamesAreRefused(String field) {
        refused(400, GET + field + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 0xb, 0xc, 0x1b, 0x1f, 0x7f})
    void controlsAreRefusedEverywhere(int control) {
        String c = Character.toString(control);
        refusedAnew(400, "GE" + c + "T / HTTP/1.1\r\nHost: a\r\n\r\n");
        refusedAnew(400, "GET /" + c + " HTTP/1.1\r\nHost: a\r\n\r\n");
        refusedAnew(400, GET + "X" + c + ": a\r\n\r\n");
        refusedAnew(400, GET + "X: a" + c + "b\r\n\r\n");
        refusedAnew(400, GET + "X: a" + c + "\r\n\r\n");
        refusedAnew(400, CHUNKED + "1;a=\"" + c + "\"\r\nx\r\n0\r\n\r\n");
        refusedAnew(400, CHUNKED + "0\r\nX: " + c + "\r\n\r\n");
    }

    // Host

    @Test
    void aMissingHostIsRefused() {
        refused(400, "GET / HTTP/1.1\r\n\r\n");
    }

    @Test
    void aRepeatedHostIsRefused() {
        refused(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
    }

    @Test
    void aRepeatedHostIsRefusedInHttp10Too() {
        refused(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a b", "a,b, c", "a/b", "http://a", "user@a", "a:b", "a:1:2", "a:65536", "a:-1",
                "a:99999999999", "[::1", "[::1]x", "[]", "[1.2.3.4]", "[::1%eth0]", "[[::1]]",
                        "::1", "a?b", "a#b",
                "a\\b", "%zz", "a%4", "caf\u00e9", ":80", "a\"b", "<a>", "a^b", "[g::1]"
            })
    void malformedHostsAreRefused(String host) {
        refused(400, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "example.org",
                "EXAMPLE.org:80",
                "a:",
                "a:65535",
                "127.0.0.1:6001",
                "[::1]",
                "[2001:db8::1]:443",
                "[::ffff:1.2.3.4]",
                "a_b-c~d",
                "%41bc",
                "xn--bcher-kva.example",
                "a.b."
            })
    void wellFormedHostsAreTaken(String host) {
        assertThat(complete("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").head().headers())
                .containsExactly(new Header("host", host));
    }

    // HTTP/1.0, Connection, Upgrade

    @Test
    void http10NeedsNoHostAndDoesNotKeepAlive() {
        RequestHead head = complete("GET / HTTP/1.0\r\n\r\n").head();
        assertThat(head.minorVersion()).isZero();
        assertThat(head.keepAlive()).isFalse();
    }

    @Test
    void http10KeepsAliveWhenAsked() {
        assertThat(complete("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").head().keepAlive())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"close", "Close", "foo, close", "keep-alive,close", " close ,x", "close,"})
    void closeEndsTheConnection(String value) {
        assertThat(complete(GET + "Connection: " + value + "\r\n\r\n").head().keepAlive())
                .isFalse();
    }

    @Test
    void connectionOptionsOfSeveralFieldsCount() {
        assertThat(complete(GET + "Connection: x\r\nConnection: close\r\n\r\n").head().keepAlive())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep-alive", "closed", "x", "", "\"close\""})
    void http11KeepsAliveOtherwise(String value) {
        assertThat(complete(GET + "Connection: " + value + "\r\n\r\n").head().keepAlive()).isTrue();
    }

    @Test
    void anUpgradeIsWantedByFieldAndOption() {
        String field = "Upgrade: websocket\r\n";
        assertThat(upgrade(GET + "Connection: keep-alive, Upgrade\r\n" + field)).isTrue();
        assertThat(upgrade(GET + field)).isFalse();
        assertThat(upgrade(GET + "Connection: upgrade\r\n")).isFalse();
        assertThat(upgrade("GET / HTTP/1.0\r\nConnection: upgrade\r\n" + field)).isFalse();
    }

    // Body length

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "+5",
                "-5",
                "5 5",
                "5,5",
                "5, 5",
                "0x5",
                "5.0",
                "1e2",
                "\"5\"",
                "5;",
                "9223372036854775808",
                "99999999999999999999"
            })
    void malformedLengthsAreRefused(String value) {
        refused(400, POST + "Content-Length: " + value + "\r\n\r\nhello");
    }

    @Test
    void repeatedLengthsAreRefused() {
        refused(400, POST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
        refusedAnew(400, POST + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
        refusedAnew(400, POST + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void leadingZerosAreDigits() {
        assertThat(complete(POST + "Content-Length: 00000000000000000000005\r\n\r\nhello").body())
                .hasSize(5);
    }

    @Test
    void lengthTogetherWithChunkedIsRefused() {
        refused(400, POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        refusedAnew(400, POST + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "gzip, chunked",
                "chunked, gzip",
                "chunked, chunked",
                "identity",
                "xchunked",
                "",
                "chunked;a=b",
                "chunked,",
                ",chunked",
                "\"chunked\"",
                "chunke",
                "chunked identity"
            })
    void otherTransferCodingsAreRefused(String coding) {
        refused(400, POST + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    }

    @Test
    void repeatedTransferEncodingIsRefused() {
        String field = "Transfer-Encoding: chunked\r\n";
        refused(400, POST + field + field + "\r\n0\r\n\r\n");
    }

    @Test
    void http10HasNoTransferEncoding() {
        refused(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    }

    @Test
    void anEncodedContentIsNotSupported() {
        refused(415, POST + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx");
        refusedAnew(415, POST + "Content-Encoding: identity, br\r\nContent-Length: 1\r\n\r\nx");
    }

    @Test
    void identityIsNoEncoding() {
        assertThat(
                        complete(POST + "Content-Encoding: Identity\r\nContent-Length: 1\r\n\r\nx")
                                .body())
                .hasSize(1);
    }

    // Chunks

    @Test
    void chunksBecomeOneBody() {
        assertBody("Hello, world", "5\r\nHello\r\n7\r\n, world\r\n0\r\n\r\n");
    }

    @Test
    void codingNamesHaveNoCase() {
        assertThat(complete(POST + "Transfer-Encoding: Chunked\r\n\r\n0\r\n\r\n").body()).isEmpty();
    }

    @Test
    void chunkSizesAreHexadecimalInBothCases() {
        assertBody("x".repeat(0xab), "aB\r\n" + "x".repeat(0xab) + "\r\n000\r\n\r\n");
    }

    @Test
    void leadingZerosOfChunkSizesAreDigits() {
        assertBody("x", "0000000000000000000000000001\r\nx\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;a",
                "1;a=b",
                "1;a=\"b;\\\"c\"",
                "1 ; a = b ;c",
                "1;a=\"\"",
                "1\t;a;b;c=d"
            })
    void wellFormedExtensionsAreDropped(String header) {
        assertBody("x", header + "\r\nx\r\n0;last\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 1",
                "1 ",
                "1;",
                "1;;",
                "1;=a",
                "1;a=",
                "1;a=\"b",
                "1;a=\"b\\",
                "1;a b",
                "1 a",
                "0x1",
                "g",
                "-1",
                "+1",
                "1,",
                "1;a=b c",
                "\u00b9",
                "1;\u00e9",
                "1; "
            })
    void malformedChunkHeadersAreRefused(String header) {
        refused(400, CHUNKED + header + "\r\nx\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000000000000000", "10000000000000001", "fffffffffffffffffffffffffff"})
    void chunkSizesThatOverflowAreRefused(String size) {
        refused(400, CHUNKED + size + "\r\nx\r\n0\r\n\r\n");
    }

    @Test
    void aChunkSizeThatFitsANumberButNotTheLimitIsTooLarge() {
        refused(413, CHUNKED + "7fffffffffffffff\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1\r\nxx\r\n",
                "1\r\nx\n",
                "1\r\nx\rx",
                "2\r\nx\r\n\r\n",
                "1\r\nx0\r\n",
                "1\nx\r\n"
            })
    void badChunkEndsAreRefused(String chunks) {
        refused(400, CHUNKED + chunks + "0\r\n\r\n");
    }

    @Test
    void trailersAreReadAndDropped() {
        ByteBuf in = buffer(CHUNKED + "1\r\nx\r\n0\r\nHost: b\r\nContent-Length: 9\r\n\r\nrest");
        assertThat(parser.parse(in))
                .isInstanceOfSatisfying(
                        Complete.class,
                        r -> {
                            assertThat(r.body()).hasSize(1);
                            assertThat(r.head().headers())
                                    .containsExactly(
                                            new Header("host", "a"),
                                            new Header("transfer-encoding", "chunked"));
                        });
        assertThat(in.readableBytes()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X : a\r\n", " X: a\r\n", "X\r\n", "X: a\n", "X: a\r\n b\r\n"})
    void malformedTrailersAreRefused(String trailer) {
        refused(400, CHUNKED + "0\r\n" + trailer + "\r\n");
    }

    // Expectations

    @Test
    void aBodyThatWaitsForContinueIsAskedForOnce() {
        assertThat(parse(POST + "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n"))
                .isInstanceOf(ContinueWanted.class);
        assertThat(parse("")).isInstanceOf(NeedMore.class);
        assertThat(parse("a")).isInstanceOf(NeedMore.class);
        assertThat(complete("b").body()).hasSize(2);
    }

    @Test
    void chunksThatWaitForContinueAreAskedFor() {
        assertThat(parse(CHUNKED.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n")))
                .isInstanceOf(ContinueWanted.class);
        assertThat(complete("1\r\na\r\n0\r\n\r\n").body()).hasSize(1);
    }

    @Test
    void aBodyThatCameAnywayIsNotAskedFor() {
        assertThat(parse(POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\na"))
                .isInstanceOf(NeedMore.class);
        complete("b");
    }

    @Test
    void aRequestWithoutBodyIsNotAskedForOne() {
        complete(GET + "Expect: 100-continue\r\n\r\n");
        complete(POST + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void http10HasNoExpectations() {
        String http10 = "POST / HTTP/1.0\r\nContent-Length: 1\r\n";
        assertThat(parse(http10 + "Expect: 100-continue\r\n\r\n")).isInstanceOf(NeedMore.class);
        complete("a");
        complete(http10 + "Expect: magic\r\n\r\na");
    }

    @Test
    void otherExpectationsFail() {
        refused(417, POST + "Expect: magic\r\nContent-Length: 1\r\n\r\na");
    }

    @Test
    void aBodyTooLargeIsRefusedWithoutContinue() {
        refused(413, POST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    }

    // Limits

    @Test
    void theRequestLineHasALimit() {
        int rest = "GET / HTTP/1.1".length() - 1;
        for (int length : new int[] {8191, 8192}) {
            String path = "/" + "x".repeat(length - rest - 1);
            RequestHead head = complete("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").head();
            assertThat(head.path()).isEqualTo(path);
        }
        refused(414, "GET /" + "x".repeat(8193 - rest - 1) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void anEndlessRequestLineIsRefusedAtTheLimit() {
        assertThat(parse("x".repeat(8192))).isInstanceOf(NeedMore.class);
        refused(414, "x");
    }

    @Test
    void theHeaderFieldsHaveALimitTogether() {
        int rest = "Host: a\r\nX: \r\nY: b\r\n".length();
        for (int length : new int[] {16_383, 16_384}) {
            complete("GET / HTTP/1.1\r\n" + fieldsOf(length - rest) + "\r\n");
        }
        refused(431, "GET / HTTP/1.1\r\n" + fieldsOf(16_385 - rest) + "\r\n");
    }

    private static String fieldsOf(int valueLength) {
        return "Host: a\r\nX: " + "x".repeat(valueLength) + "\r\nY: b\r\n";
    }

    @Test
    void anEndlessFieldIsRefusedAtTheLimit() {
        assertThat(parse("GET / HTTP/1.1\r\n" + "x".repeat(16_382))).isInstanceOf(NeedMore.class);
        refused(431, "x");
    }

    @Test
    void theNumberOfFieldsHasALimit() {
        for (int fields : new int[] {99, 100}) {
            assertThat(complete(GET + "X: y\r\n".repeat(fields - 1) + "\r\n").head().headers())
                    .hasSize(fields);
        }
        refused(431, GET + "X: y\r\n".repeat(100) + "\r\n");
    }

    @Test
    void theBodyHasALimit() {
        for (int length : new int[] {999, 1000}) {
            String body = "x".repeat(length);
            assertThat(complete(POST + "Content-Length: " + length + "\r\n\r\n" + body).body())
                    .hasSize(length);
        }
        refused(413, POST + "Content-Length: 1001\r\n\r\n");
    }

    @Test
    void aBodyOfClaimedPetabytesIsTooLarge() {
        refused(413, POST + "Content-Length: 9223372036854775807\r\n\r\n");
    }

    @Test
    void chunksHaveTheLimitOfTheBody() {
        for (int length : new int[] {499, 500}) {
            String last = Integer.toHexString(length) + "\r\n" + "x".repeat(length);
            assertThat(complete(CHUNKED + half() + last + "\r\n0\r\n\r\n").body())
                    .hasSize(500 + length);
        }
        refused(413, CHUNKED + half() + "1f5\r\n");
    }

    private static String half() {
        return "1f4\r\n" + "x".repeat(500) + "\r\n";
    }

    @Test
    void theChunkHeaderHasALimit() {
        for (int length : new int[] {255, 256}) {
            assertBody("x", "1;" + "e".repeat(length - 2) + "\r\nx\r\n0\r\n\r\n");
        }
        refused(400, CHUNKED + "1;" + "e".repeat(255));
    }

    @Test
    void theTrailersHaveALimit() {
        for (int length : new int[] {4095, 4096}) {
            assertBody("", "0\r\nA: b\r\nX: " + "x".repeat(length - 6 - 5) + "\r\n\r\n");
        }
        refused(400, CHUNKED + "0\r\nA: b\r\nX: " + "x".repeat(4097 - 6 - 5) + "\r\n\r\n");
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new HttpLimits(0, 1, 1, 1, 1, 1))
                .hasMessageContaining("requestLineBytes");
        assertThatThrownBy(() -> HttpLimits.defaults().withBodyBytes(-1))
                .hasMessageContaining("bodyBytes");
    }

    // Failure, memory, phases

    @Test
    void nothingIsReadAfterAFailure() {
        Result first = parse("\n");
        ByteBuf in = buffer(GET + "\r\n");
        assertThat(parser.parse(in)).isSameAs(first);
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void nothingIsHeldForAClaimedLength() {
        parse(POST + "Content-Length: 1000\r\n\r\n");
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void nothingIsHeldForAClaimedChunk() {
        parse(CHUNKED + "3e8\r\n");
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void memoryGrowsWithWhatIsReceivedAndIsDroppedWithTheRequest() {
        var large = new RequestParser(HttpLimits.defaults());
        large.parse(buffer(POST + "Content-Length: 100000\r\n\r\n"));
        for (int received = 1000; received < 100_000; received += 1000) {
            large.parse(buffer("x".repeat(1000)));
            assertThat(large.heldBytes()).isBetween(received, Math.min(100_000, 2 * received));
        }
        assertThat(large.parse(buffer("x".repeat(1000)))).isInstanceOf(Complete.class);
        assertThat(large.heldBytes()).isZero();
    }

    @Test
    void memoryIsDroppedWithAFailure() {
        parse("GET /" + "x".repeat(1000));
        assertThat(parser.heldBytes()).isPositive();
        refused(400, "\n");
        assertThat(parser.heldBytes()).isZero();
    }

    @Test
    void thePhaseTellsWhatIsWaitedFor() {
        assertThat(parser.phase()).isEqualTo(Phase.IDLE);
        parse("G");
        assertThat(parser.phase()).isEqualTo(Phase.HEAD);
        parse("ET / HTTP/1.1\r\n");
        assertThat(parser.phase()).isEqualTo(Phase.HEAD);
        parse("Host: a\r\nContent-Length: 2\r\n\r\n");
        assertThat(parser.phase()).isEqualTo(Phase.BODY);
        parse("a");
        assertThat(parser.phase()).isEqualTo(Phase.BODY);
        parse("b");
        assertThat(parser.phase()).isEqualTo(Phase.IDLE);
        parse("\r");
        assertThat(parser.phase()).isEqualTo(Phase.HEAD);
    }

    private boolean upgrade(String request) {
        return complete(request + "\r\n").head().upgrade();
    }

    private void assertBody(String expected, String chunks) {
        assertThat(complete(CHUNKED + chunks).body()).asString(ISO_8859_1).isEqualTo(expected);
    }

    private Complete complete(String request) {
        ByteBuf in = buffer(request);
        Result result = parser.parse(in);
        assertThat(result).isInstanceOf(Complete.class);
        assertThat(in.isReadable()).isFalse();
        return (Complete) result;
    }

    private void refused(int status, String request) {
        assertRefused(status, parse(request));
    }

    private static void refusedAnew(int status, String request) {
        assertRefused(status, new RequestParser(LIMITS).parse(buffer(request)));
    }

    private static void assertRefused(int status, Result result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.status()).isEqualTo(status));
    }

    private Result parse(String bytes) {
        return parser.parse(buffer(bytes));
    }

    private static ByteBuf buffer(String bytes) {
        return Unpooled.copiedBuffer(bytes, ISO_8859_1);
    }
}
