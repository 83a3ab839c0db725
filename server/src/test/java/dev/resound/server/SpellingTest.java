package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

    @Test
    void slipsOfTheFingerCostOneEach() {
        assertThat(Spelling.distance("port", "port")).isZero();
        assertThat(Spelling.distance("prot", "port")).isEqualTo(1);
        assertThat(Spelling.distance("prt", "port")).isEqualTo(1);
        assertThat(Spelling.distance("poort", "port")).isEqualTo(1);
        assertThat(Spelling.distance("pirt", "port")).isEqualTo(1);
        assertThat(Spelling.distance("", "port")).isEqualTo(4);
    }

    @Test
    void theNearestIsFoundIfItIsNear() {
        List<String> known = List.of("server.port", "server.path", "server.host");
        assertThat(Spelling.nearest("server.prot", known)).isEqualTo("server.port");
        assertThat(Spelling.nearest("SERVER.PORT", known)).isEqualTo("server.port");
        assertThat(Spelling.nearest("colour", known)).isNull();
        assertThat(Spelling.nearest("x", List.of())).isNull();
    }
}
