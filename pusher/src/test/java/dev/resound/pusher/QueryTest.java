package dev.resound.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Query strings against a model that says the rules as plainly as they can be said. */
class QueryTest {
    private static final Set<String> UNSIGNED = Set.of("body_md5", "auth_signature");

    private static Map<String, String> model(String raw) {
        Map<String, List<String>> values = new TreeMap<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            String[] parts = pair.split("=", 2);
            String name = decoded(parts[0]);
            String value = parts.length == 1 ? "" : decoded(parts[1]);
            int bracket = name.indexOf('[');
            boolean list = bracket > 0 && name.endsWith("]");
            String plain =
                    (list ? name.substring(0, bracket) : name).replace('.', '_').replace(' ', '_');
            if (!list) {
                values.put(plain, new ArrayList<>());
            }
            values.computeIfAbsent(plain, key -> new ArrayList<>()).add(value);
        }
        TreeMap<String, String> joined = new TreeMap<>();
        values.forEach((name, all) -> joined.put(name, String.join(",", all)));
        return joined;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    private static String canonical(Map<String, String> parameters, @Nullable String md5) {
        TreeMap<String, String> signed = new TreeMap<>(parameters);
        UNSIGNED.forEach(signed::remove);
        if (md5 != null) {
            signed.put("body_md5", md5);
        }
        List<String> pairs = new ArrayList<>();
        signed.forEach((name, value) -> pairs.add(name + "=" + value));
        return String.join("&", pairs);
    }

    @Test
    void anyStringIsReadAsTheModelReadsIt() {
        Random random = new Random(17);
        String alphabet = "aabbc=&&==[].+% 01\u00e4_";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder raw = new StringBuilder();
            int length = random.nextInt(30);
            for (int c = 0; c < length; c++) {
                raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (random.nextInt(4) == 0) {
                raw.append("&body_md5=x&auth_signature=y&zz=1");
            }
            String md5 = random.nextBoolean() ? "0123" : null;
            Query query = Query.parse(raw.toString());
            Map<String, String> model = model(raw.toString());
            StringBuilder text = new StringBuilder("before ");
            query.canonical(text, UNSIGNED, "body_md5", md5);
            assertThat(text.toString())
                    .as(raw.toString())
                    .isEqualTo("before " + canonical(model, md5));
            model.forEach((name, value) -> assertThat(query.get(name)).isEqualTo(value));
            assertThat(query.get("nobody")).isNull();
        }
    }

    @Test
    void moreThanAThousandParametersAreNotRead() {
        StringBuilder raw = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            raw.append("&p").append(i).append("=1");
        }
        Query query = Query.parse(raw.toString());
        assertThat(query.get("p999")).isEqualTo("1");
        assertThat(query.get("p1000")).isNull();
    }
}
