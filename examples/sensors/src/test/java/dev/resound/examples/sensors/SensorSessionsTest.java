package dev.resound.examples.sensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import dev.resound.sessions.OpenSession;
import dev.resound.sessions.SessionEvent;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What devices and dashboards see, on the wire. */
@Timeout(60)
class SensorSessionsTest {
    private static final byte[] SECRET = "a-secret-of-thirty-two-bytes-or-more".getBytes(UTF_8);
    private static final String FAST = "{\"type\":\"sampling\",\"fast\":true}";
    private static final String SLOW = "{\"type\":\"sampling\",\"fast\":false}";
    private static final String DASHBOARDS = "{\"type\":\"dashboards_changed\"}";
    private static final String WARM = "{\"type\":\"temperature\",\"celsius\":30}";

    private final List<SessionEvent> events = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Sensors sensors;

    @BeforeEach
    void start() throws IOException {
        sensors = new Sensors(0, SECRET, events::add);
    }

    @AfterEach
    void stop() {
        sensors.close();
    }

    private WireClient device() throws Exception {
        WireClient device =
                WireClient.open(
                        sensors.server.port(),
                        "/device",
                        "Authorization: Bearer " + token(SECRET) + "\r\n");
        hears(device, "{\"type\":\"welcome\",\"device\":\"shed\"}");
        return device;
    }

    private static String token(byte[] secret) throws Exception {
        var token =
                new JWSObject(
                        new JWSHeader(JWSAlgorithm.HS256), new Payload(Map.of("sub", "shed")));
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private WireClient joining(String name) throws IOException {
        WireClient dashboard = WireClient.open(sensors.server.port(), "/dashboard");
        return dashboard.text(
                "{\"type\":\"join\",\"device\":\"shed\",\"dashboard\":\"%s\",\"key\":\"%1$s-key\"}"
                        .formatted(name));
    }

    private WireClient dashboard(String name, String... streams) throws IOException {
        WireClient dashboard = joining(name);
        hears(dashboard, "{\"type\":\"joined\",\"device\":\"shed\",\"streams\":[]}");
        assertThat(dashboard.receiveText()).startsWith("{\"type\":\"state\",\"whole\":true");
        return subscribe(dashboard, streams);
    }

    private static WireClient subscribe(WireClient dashboard, String... streams)
            throws IOException {
        String list = streams.length == 0 ? "" : '"' + String.join("\",\"", streams) + '"';
        return answers(dashboard.text("{\"type\":\"subscribe\",\"streams\":[" + list + "]}"));
    }

    /** Everything this one has said before has arrived where it was going. */
    private static WireClient answers(WireClient peer) throws IOException {
        peer.text("{\"type\":\"set_valve\"}");
        String failed = "{\"type\":\"failed\",\"why\":\"%s\",\"request\":\"\"}";
        String answer = peer.receiveText();
        assertThat(answer).isIn(failed.formatted("malformed"), failed.formatted("forbidden"));
        return peer;
    }

    private static void hears(WireClient peer, String message) throws IOException {
        assertThat(peer.receiveText()).isEqualTo(message);
    }

    /** Devices are told of dashboards and of what is wanted whenever that is. */
    private static void isTold(WireClient device, String message) throws IOException {
        String told = device.receiveText();
        while (!told.equals(message)) {
            assertThat(told).isIn(DASHBOARDS, FAST, SLOW);
            told = device.receiveText();
        }
    }

    private static String event(String stream, String data) {
        return "{\"type\":\"event\",\"stream\":\"%s\",\"data\":%s}".formatted(stream, data);
    }

    private static void hears(WireClient peer, byte[] samples) throws IOException {
        WireClient.Received frame = peer.receive();
        assertThat(frame.opcode()).isEqualTo(WireClient.BINARY);
        assertThat(frame.payload()).isEqualTo(samples);
    }

    private static byte[] samples(int strength) {
        byte[] samples = new byte[32];
        Arrays.fill(samples, (byte) strength);
        return samples;
    }

    private void happened(SessionEvent event) {
        await().until(() -> events.contains(event));
    }

    @Test
    void devicesNeedAToken() throws Exception {
        for (String token :
                List.of("", token("another-secret-of-thirty-two-bytes".getBytes(UTF_8)))) {
            try (WireClient stranger = WireClient.connect(sensors.server.port())) {
                String header = "Authorization: Bearer " + token + "\r\n";
                assertThat(stranger.upgrade("/device", header).status()).isEqualTo(401);
            }
        }
        assertThat(sensors.sessions.count()).isZero();
    }

    @Test
    void dashboardsNeedAKeyAndADeviceThatIsThere() throws Exception {
        try (WireClient early = joining("wall")) {
            hears(early, "{\"type\":\"refused\",\"why\":\"session_not_found\"}");
            assertThat(early.receiveClose().closeCode()).isEqualTo(4403);
        }
        try (WireClient device = device();
                WireClient unknown = joining("nobody")) {
            hears(unknown, "{\"type\":\"refused\",\"why\":\"key_invalid\"}");
            isTold(device, SLOW);
        }
    }

    @Test
    void whoJoinsGetsTheStateAndThenWhatChanges() throws Exception {
        try (WireClient device = device()) {
            device.text("{\"type\":\"status\",\"battery\":87,\"firmware\":\"1.4.2\"}");
            isTold(device.text("{\"type\":\"ping\"}"), "{\"type\":\"pong\"}");
            try (WireClient wall = joining("wall")) {
                hears(wall, "{\"type\":\"joined\",\"device\":\"shed\",\"streams\":[]}");
                hears(
                        wall,
                        "{\"type\":\"state\",\"whole\":true,"
                                + "\"fields\":{\"battery\":87,\"firmware\":\"1.4.2\"}}");
                device.text("{\"type\":\"status\",\"battery\":86,\"firmware\":\"1.4.2\"}");
                hears(wall, "{\"type\":\"state\",\"whole\":false,\"fields\":{\"battery\":86}}");
            }
        }
    }

    @Test
    void eventsAndSamplesGoToWhoAskedForThem() throws Exception {
        String damp = "{\"type\":\"humidity\",\"percent\":70}";
        try (WireClient device = device();
                WireClient wall = dashboard("wall", "temperature");
                WireClient engineer = dashboard("engineer", "vibration");
                WireClient archive = dashboard("archive", "*")) {
            device.text(damp).frame(true, WireClient.BINARY, samples(1)).text(WARM);
            hears(wall, event("temperature", WARM));
            hears(engineer, samples(1));
            hears(archive, event("humidity", damp));
            hears(archive, event("temperature", WARM));
        }
    }

    @Test
    void theCameraIsForThoseWhoArePermitted() throws Exception {
        String picture = "{\"type\":\"camera\",\"jpeg\":\"/9j/\"}";
        try (WireClient device = device();
                WireClient engineer = dashboard("engineer", "camera");
                WireClient archive = dashboard("archive", "*")) {
            archive.text("{\"type\":\"subscribe\",\"streams\":[\"*\",\"camera\"]}");
            hears(archive, "{\"type\":\"denied\",\"streams\":[\"camera\"]}");
            device.text(picture).text(WARM);
            hears(engineer, event("camera", picture));
            hears(archive, event("temperature", WARM));
        }
    }

    @Test
    void aDeviceThatWasCutOffFindsItsSessionAndItsDashboards() throws Exception {
        try (WireClient wall = joinedBesides(device())) {
            happened(new SessionEvent.Detached("shed"));
            try (WireClient device = device()) {
                device.text(WARM);
                hears(wall, event("temperature", WARM));
            }
        }
        happened(new SessionEvent.Resumed("shed"));
        assertThat(events).filteredOn(SessionEvent.Opened.class::isInstance).hasSize(1);
        assertThat(events).filteredOn(SessionEvent.Ended.class::isInstance).isEmpty();
    }

    private WireClient joinedBesides(WireClient device) throws IOException {
        WireClient wall = dashboard("wall", "temperature");
        device.reset();
        return wall;
    }

    @Test
    void aNewerSocketOfTheDeviceTakesOver() throws Exception {
        try (WireClient older = device();
                WireClient wall = dashboard("wall", "temperature");
                WireClient newer = device()) {
            assertThat(older.receiveClose().closeCode()).isEqualTo(4409);
            newer.text(WARM);
            hears(wall, event("temperature", WARM));
            assertThat(sensors.sessions.count()).isOne();
            assertThat(events).doesNotContain(new SessionEvent.Detached("shed"));
        }
    }

    @Test
    void aDashboardThatComesBackNeedNotSubscribeAgain() throws Exception {
        try (WireClient device = device()) {
            dashboard("wall", "temperature").reset();
            happened(new SessionEvent.CompanionLost("shed", "wall"));
            try (WireClient wall = joining("wall")) {
                hears(
                        wall,
                        "{\"type\":\"joined\",\"device\":\"shed\",\"streams\":[\"temperature\"]}");
                hears(wall, "{\"type\":\"state\",\"whole\":true,\"fields\":{}}");
                device.text(WARM);
                hears(wall, event("temperature", WARM));
            }
        }
    }

    @Test
    void aCommandIsAnsweredToWhoGaveItAndNobodyElse() throws Exception {
        String command = "{\"type\":\"set_valve\",\"request\":\"v1\",\"open\":true}";
        String done = "{\"type\":\"valve_set\",\"request\":\"v1\",\"open\":true}";
        try (WireClient device = device();
                WireClient engineer = dashboard("engineer");
                WireClient wall = dashboard("wall");
                WireClient archive = dashboard("archive", "*")) {
            engineer.text(command);
            isTold(
                    device,
                    "{\"type\":\"set_valve\",\"request\":\"v1\",\"open\":true,\"by\":\"engineer\"}");
            archive.text(command);
            hears(archive, "{\"type\":\"failed\",\"why\":\"forbidden\",\"request\":\"v1\"}");
            wall.text(command);
            hears(wall, "{\"type\":\"failed\",\"why\":\"malformed\",\"request\":\"v1\"}");
            device.text(done).text(done).text(WARM);
            hears(engineer, done);
            hears(archive, event("temperature", WARM));
            answers(engineer);
            answers(wall);
        }
    }

    @Test
    void withoutADeviceACommandFails() throws Exception {
        WireClient device = device();
        try (WireClient engineer = dashboard("engineer")) {
            device.reset();
            happened(new SessionEvent.Detached("shed"));
            engineer.text("{\"type\":\"set_valve\",\"request\":\"v1\",\"open\":true}");
            hears(engineer, "{\"type\":\"failed\",\"why\":\"no_device\",\"request\":\"v1\"}");
        }
    }

    @Test
    void theDeviceSamplesFastAsLongAsSomebodyLooks() throws Exception {
        try (WireClient device = device();
                WireClient wall = dashboard("wall", "temperature");
                WireClient engineer = dashboard("engineer", "vibration")) {
            isTold(device, FAST);
            try (WireClient again = device()) {
                isTold(again, FAST); // it may have forgotten
                subscribe(engineer, "temperature");
                isTold(again, SLOW);
                subscribe(wall, "alert");
                isTold(again, FAST);
            }
        }
    }

    @Test
    void alertsAreMadeOfSamples() throws Exception {
        try (WireClient device = device();
                WireClient wall = dashboard("wall", "alert")) {
            for (int strength : List.of(0, 100, 100, 0)) {
                device.frame(true, WireClient.BINARY, samples(strength));
            }
            hears(wall, event("alert", "{\"type\":\"alert\",\"raised\":true}"));
            hears(wall, event("alert", "{\"type\":\"alert\",\"raised\":false}"));
        }
    }

    @Test
    void whoDoesNotReadLosesSamplesOnlyAndDelaysNobody() throws Exception {
        try (WireClient device = device();
                WireClient wall = dashboard("wall", "temperature");
                WireClient archive = dashboard("archive", "vibration", "temperature")) {
            int sent = 0;
            while (lost() == 0 && sent < 1_000) {
                device.frame(true, WireClient.BINARY, new byte[64 << 10]);
                isTold(device.text("{\"type\":\"ping\"}"), "{\"type\":\"pong\"}");
                sent++;
            }
            assertThat(lost()).isPositive();
            device.text(WARM);
            hears(wall, event("temperature", WARM));
            List<String> events = new ArrayList<>();
            for (int got = 0; got < sent - lost() || events.isEmpty(); ) {
                WireClient.Received frame = archive.receive();
                if (frame.opcode() == WireClient.BINARY) {
                    got++;
                } else {
                    events.add(frame.text());
                }
            }
            assertThat(events).containsExactly(event("temperature", WARM));
        }
    }

    private long lost() {
        return sensors.sessions.statistics().mediaDropped();
    }

    @Test
    void theApplicationEndsASessionAndTheNextOneBeginsAnew() throws Exception {
        try (WireClient device = device();
                WireClient wall = dashboard("wall", "temperature")) {
            sensors.sessions.session("shed").ifPresent(OpenSession::end);
            hears(wall, "{\"type\":\"stopped\"}");
            assertThat(wall.receiveClose().closeCode()).isEqualTo(1000);
            assertThat(device.receiveClose().closeCode()).isEqualTo(1000);
            happened(new SessionEvent.Ended("shed"));
            assertThat(sensors.sessions.count()).isZero();
        }
        try (WireClient device = device()) {
            await().until(() ->
                    Collections.frequency(events, new SessionEvent.Opened("shed")) == 2);
            device.text(WARM);
            assertThat(sensors.sessions.count()).isOne();
        }
    }
}
