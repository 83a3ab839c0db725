package dev.resound.pusher.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.pusher.json.JsonValue.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the views show of a document that is right. */
class JsonObjectTest {
    private final JsonScanner scanner = new JsonScanner();

    @Test
    void membersAreFoundByName() {
        JsonObject envelope =
                object(
                        "{\"event\":\"client-typing\",\"channel\":\"private-a\",\"data\":{\"n\":1}}");

        assertThat(envelope.size()).isEqualTo(3);
        assertThat(envelope.text("event")).isEqualTo("client-typing");
        assertThat(envelope.text("channel")).isEqualTo("private-a");
        assertThat(envelope.text("data")).isNull();
        assertThat(get(envelope, "data").raw()).isEqualTo("{\"n\":1}");
        assertThat(envelope.get("user_id")).isNull();
        assertThat(envelope.text("user_id")).isNull();
    }

    @Test
    void namesMatchWholeAndExactly() {
        JsonObject object = object("{\"data\":1,\"données\":2,\"\":3}");

        assertThat(object.get("dat")).isNull();
        assertThat(object.get("data2")).isNull();
        assertThat(object.get("Data")).isNull();
        assertThat(object.get("donn")).isNull();
        assertThat(get(object, "données").raw()).isEqualTo("2");
        assertThat(object.get("donnéess")).isNull();
        assertThat(get(object, "").raw()).isEqualTo("3");
    }

    @Test
    void namesAreComparedAfterUnescaping() {
        JsonObject object = object("{\"\\u0065vent\":\"ping\",\"a\\/b\":1,\"\\ud83d\\ude00\":2}");

        assertThat(object.text("event")).isEqualTo("ping");
        assertThat(get(object, "a/b").raw()).isEqualTo("1");
        assertThat(get(object, "😀").raw()).isEqualTo("2");
        assertThat(object.get("\\u0065vent")).isNull();
        assertThat(object.name(0)).isEqualTo("event");
    }

    @Test
    void theLastOfSeveralMembersWithOneNameCounts() {
        JsonObject object = object("{\"a\":1,\"b\":2,\"\\u0061\":3}");

        assertThat(get(object, "a").raw()).isEqualTo("3");
        assertThat(object.size()).isEqualTo(3);
        assertThat(object.value(0).raw()).isEqualTo("1");
    }

    @Test
    void duplicateNamesAreRefusedOnRequest() {
        assertThat(strict("{\"a\":1,\"b\":2}")).isNotNull();
        assertThat(strict("{\"a\":1,\"a\":1}")).isNull();
        assertThat(strict("{\"a\":1,\"b\":2,\"\\u0061\":3}")).isNull();
        assertThat(strict("{\"é\":1,\"\\u00e9\":3}")).isNull();
    }

    @Test
    void duplicateNamesAreFoundAmongMany() {
        for (int members : new int[] {2, 7, 8, 9, 100}) {
            StringBuilder text = new StringBuilder("{\"name0\":0");
            for (int i = 1; i < members; i++) {
                text.append(",\"name").append(i).append("\":").append(i);
            }
            assertThat(strict(text + "}")).isNotNull();
            assertThat(strict(text + ",\"nam\\u0065" + members / 2 + "\":0}")).isNull();
            assertThat(strict(text + ",\"name0\":0}")).isNull();
            assertThat(strict(text + ",\"name" + (members - 1) + "\":0}")).isNull();
        }
    }

    @Test
    void duplicateNamesFurtherInsideAreRefusedWhenThatObjectIsOpened() {
        String document =
                "{\"a\":{\"b\":1,\"b\":2},\"c\":[{\"d\":1,\"d\":1}],\"e\":\"{\\\"f\\\":1,\\\"f\\\":2}\"}";

        JsonObject strict = requireNonNull(strict(document));
        assertThat(get(strict, "a").object()).isNull();
        JsonArray array = requireNonNull(get(strict, "c").array());
        assertThat(array.iterator().next().object()).isNull();
        assertThat(requireNonNull(get(strict, "e").inner()).object()).isNull();

        JsonObject lenient = object(document);
        assertThat(get(requireNonNull(get(lenient, "a").object()), "b").raw()).isEqualTo("2");
    }

    @Test
    void valuesKnowTheirKind() {
        JsonObject object =
                object("{\"o\":{},\"a\":[],\"s\":\"\",\"n\":-1,\"t\":true,\"f\":false,\"z\":null}");

        var kinds = new ArrayList<Kind>();
        for (int i = 0; i < object.size(); i++) {
            kinds.add(object.value(i).kind());
        }
        assertThat(kinds).containsExactly(Kind.values());
    }

    @Test
    void askingForAnotherKindGivesNull() {
        JsonValue number = get(object("{\"n\":1}"), "n");

        assertThat(number.text()).isNull();
        assertThat(number.object()).isNull();
        assertThat(number.array()).isNull();
        assertThat(number.inner()).isNull();
    }

    @Test
    void rawIsTheValueAsWrittenWithoutTheSpaceAroundIt() {
        JsonObject object =
                object("{\"n\" : 1.50E+2 ,\"s\": \"\\u0041\\/\" , \"o\" : { \"b\" : [ ] } }");

        assertThat(get(object, "n").raw()).isEqualTo("1.50E+2");
        assertThat(get(object, "s").raw()).isEqualTo("\"\\u0041\\/\"");
        assertThat(get(object, "s").text()).isEqualTo("A/");
        assertThat(get(object, "o").raw()).isEqualTo("{ \"b\" : [ ] }");
        assertThat(get(object, "o").rawBytes()).isEqualTo("{ \"b\" : [ ] }".getBytes(UTF_8));
    }

    @Test
    void aValueIsARangeOfTheBufferItCameIn() {
        byte[] buffer = "xx{\"data\":\"é\"}".getBytes(UTF_8);
        JsonObject object = requireNonNull(scanner.object(buffer, 2, buffer.length - 2, false));

        JsonValue data = get(object, "data");
        assertThat(data.buffer()).isSameAs(buffer);
        assertThat(new String(buffer, data.offset(), data.length(), UTF_8)).isEqualTo("\"é\"");
        assertThat(new JsonText().raw("[").raw(data).raw("]")).hasToString("[\"é\"]");
    }

    @Test
    void escapesAreResolvedInText() {
        assertThat(text("\\\"\\\\\\/\\b\\f\\n\\r\\t")).isEqualTo("\"\\/\b\f\n\r\t");
        assertThat(text("\\u0041\\u00e9\\u4e2D\\u0000")).isEqualTo("Aé中\0");
        assertThat(text("\\ud83d\\ude00 \\uD834\\uDD1E")).isEqualTo("😀 𝄞");
        assertThat(text("naïve 😀 中")).isEqualTo("naïve 😀 中");
    }

    @Test
    void halfSurrogatePairsReadAsReplacementCharacters() {
        assertThat(text("\\ud800")).isEqualTo("\ufffd");
        assertThat(text("\\udc00a")).isEqualTo("\ufffda");
        assertThat(text("\\ud800\\n")).isEqualTo("\ufffd\n");
        assertThat(text("\\ud800\\u0041")).isEqualTo("\ufffdA");
        assertThat(text("\\ud800\\ud83d\\ude00")).isEqualTo("\ufffd😀");
        assertThat(text("\\udc00\\ud800")).isEqualTo("\ufffd\ufffd");
    }

    @Test
    void nestedObjectsOutliveTheNextScan() {
        JsonObject data =
                requireNonNull(get(object("{\"data\":{\"channel\":\"a\"}}"), "data").object());
        JsonObject next = object("{\"x\":1,\"y\":2}");

        assertThat(next.size()).isEqualTo(2);
        assertThat(data.text("channel")).isEqualTo("a");
    }

    @Test
    void arraysAreWalkedElementByElement() {
        JsonArray array =
                requireNonNull(
                        get(object("{\"a\":[ 1 ,\"a,]\", [2,[3]],{\"b\":[]} , null ]}"), "a")
                                .array());

        assertThat(raws(array)).containsExactly("1", "\"a,]\"", "[2,[3]]", "{\"b\":[]}", "null");
        assertThat(raws(array)).as("a second walk").hasSize(5);
        assertThat(raws(requireNonNull(get(object("{\"a\":[ ]}"), "a").array()))).isEmpty();
    }

    @Test
    void anArrayEndsWithAnExceptionForWhoeverDoesNotAsk() {
        Iterator<JsonValue> elements =
                requireNonNull(get(object("{\"a\":[1]}"), "a").array()).iterator();
        elements.next();

        assertThat(elements.hasNext()).isFalse();
        assertThatThrownBy(elements::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aStringMayHoldADocument() {
        JsonObject envelope =
                object(
                        "{\"data\":\"{\\\"channel\\\":\\\"caf\\u00e9\\\"}\",\"n\":\" 5 \",\"x\":\"{\"}");

        JsonValue inner = requireNonNull(get(envelope, "data").inner());
        assertThat(requireNonNull(inner.object()).text("channel")).isEqualTo("café");
        assertThat(requireNonNull(get(envelope, "n").inner()).raw()).isEqualTo("5");
        assertThat(get(envelope, "x").inner()).isNull();
        assertThat(get(object("{\"e\":\"\"}"), "e").inner()).isNull();
    }

    @Test
    void aDocumentInAStringMayHoldAnotherOne() {
        byte[] innermost = "{\"a\":\"\\\\\"}".getBytes(UTF_8);
        byte[] inner = new JsonText().quoted(innermost, 0, innermost.length).toBytes();
        byte[] outer = new JsonText().quoted(inner, 0, inner.length).toBytes();

        JsonValue value = requireNonNull(scanner.value(outer, 0, outer.length, false));
        JsonValue once = requireNonNull(value.inner());
        assertThat(once.rawBytes()).isEqualTo(inner);
        assertThat(requireNonNull(once.inner()).rawBytes()).isEqualTo(innermost);
    }

    @Test
    void theScannerCanBeUsedAgainAfterARefusal() {
        assertThat(scan("{\"a\":[[[{")).isNull();
        assertThat(scan("{\"a\":\"\\u12")).isNull();
        assertThat(object("{\"b\":1}").size()).isEqualTo(1);
        assertThat(object("{}").size()).isZero();
    }

    @Test
    void manyMembersAreNoTrouble() {
        StringBuilder text = new StringBuilder("{\"first\":1");
        for (int i = 0; i < 50_000; i++) {
            text.append(",\"k").append(i).append("\":").append(i);
        }
        JsonObject object = requireNonNull(strict(text + "}"));
        assertThat(object.size()).isEqualTo(50_001);
        assertThat(get(object, "first").raw()).isEqualTo("1");
        assertThat(get(object, "k49999").raw()).isEqualTo("49999");
        assertThat(object("{\"a\":1}").size()).isEqualTo(1);
    }

    @Test
    void placesOutsideTheObjectAreOurMistake() {
        JsonObject object = object("{\"a\":1}");
        assertThatThrownBy(() -> object.value(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> object.name(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void rangesOutsideTheBufferAreOurMistake() {
        byte[] buffer = "{}".getBytes(UTF_8);
        assertThatThrownBy(() -> scanner.object(buffer, 1, 2, false))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void oneViewServesAllScans() {
        assertThat(object("{\"a\":1}")).isSameAs(object("{\"b\":[2]}"));
    }

    private @Nullable JsonObject scan(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        return scanner.object(utf8, 0, utf8.length, false);
    }

    private @Nullable JsonObject strict(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        return scanner.object(utf8, 0, utf8.length, true);
    }

    private JsonObject object(String text) {
        return requireNonNull(scan(text), text);
    }

    private static JsonValue get(JsonObject object, String name) {
        return requireNonNull(object.get(name), name);
    }

    private @Nullable String text(String escaped) {
        return object("{\"a\":\"" + escaped + "\"}").text("a");
    }

    private static List<String> raws(JsonArray array) {
        var raws = new ArrayList<String>();
        array.forEach(element -> raws.add(element.raw()));
        return raws;
    }
}
