package dev.resound.socketio.packet;

import static dev.resound.socketio.packet.Wire.bytes;
import static dev.resound.socketio.packet.Wire.payload;
import static dev.resound.socketio.packet.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ArgumentsTest {
    private static final JsonMapper MAPPER = Arguments.defaultMapper();

    record Photo(String name, byte[] pixels) {}

    @Test
    void binaryAtAnyDepthBecomesAnAttachment() {
        Payload payload =
                Arguments.write(
                        MAPPER,
                        "x",
                        List.of(
                                new Photo("p/q", bytes(1)),
                                Map.of("list", List.of(List.of(bytes(2))))));

        assertThat(text(payload.json()))
                .isEqualTo(
                        "[\"x\",{\"name\":\"p/q\",\"pixels\":{\"_placeholder\":true,\"num\":0}},{\"list\":[[{\"_placeholder\":true,\"num\":1}]]}]");
        assertThat(payload.attachments()).containsExactly(bytes(1), bytes(2));
        assertThat(Arguments.split(payload).get(1).as(MAPPER, Photo.class).pixels())
                .containsExactly(1);
    }

    @Test
    void argumentsAreSplitWhereTheyAre() {
        List<Argument> arguments =
                Arguments.split(payload("[ \"a,]\\\"\" , 1,{\"b\":[1,2]},[],null,true ]"));

        assertThat(arguments)
                .extracting(argument -> argument.node(MAPPER).toString())
                .containsExactly("\"a,]\\\"\"", "1", "{\"b\":[1,2]}", "[]", "null", "true");
    }
}
