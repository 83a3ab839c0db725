package dev.resound.examples.sensors;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import dev.resound.sessions.OpenSession;
import dev.resound.sessions.SessionEvent;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A greenhouse, three dashboards, and somebody who trips over the cable. */
final class CablePull implements AutoCloseable {
    private static final String DEVICE = "greenhouse-1";

    private final byte[] secret = new byte[32];
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    private final Sensors sensors;

    CablePull(int port) throws IOException {
        new SecureRandom().nextBytes(secret);
        this.sensors = new Sensors(port, secret, events::add);
    }

    void tell() throws Exception {
        chapter("A device comes, and three dashboards; one of them may see the camera");
        Peer device = device();
        device.say("{'type':'status','battery':87,'firmware':'1.4.2'}");
        device.say("{'type':'ping'}").hears("pong");
        Peer wall = dashboard("wall", "'temperature','humidity','camera'").hears("denied");
        Peer engineer = dashboard("engineer", "'vibration','alert','camera'");
        device.hears("'fast':true");
        Peer archive = dashboard("archive", "'*','vibration','camera'").hears("denied");

        chapter("Events go to who asked for them, samples and pictures too");
        device.say("{'type':'temperature','celsius':21.5}");
        device.say("{'type':'camera','jpeg':'/9j/4AAQ'}");
        device.say(samples(64, 100));
        wall.hears("21.5");
        engineer.hears("camera").hears("64 samples").hears("'raised':true");
        archive.hears("21.5").hears("64 samples").hears("'raised':true");

        chapter("The engineer opens a valve");
        engineer.say("{'type':'set_valve','request':'v1','open':true}");
        device.hears("v1").say("{'type':'valve_set','request':'v1','open':true}");
        engineer.hears("valve_set");

        chapter("Somebody pulls the device's cable");
        device.cut();
        happens(SessionEvent.Detached.class);
        engineer.say("{'type':'set_valve','request':'v2','open':false}");
        engineer.hears("no_device");
        device = device();
        happens(SessionEvent.Resumed.class);
        device.hears("'fast':true").say("{'type':'temperature','celsius':22.0}");
        wall.hears("22.0");

        chapter("The archive does not read for a while");
        archive.stopReading();
        long before = lost();
        for (int i = 0; i < 1_000 && lost() == before; i++) {
            device.say(samples(65_536, 1));
            engineer.hears("65536 samples");
        }
        device.say("{'type':'temperature','celsius':22.5}");
        wall.hears("22.5");
        archive.readOn();
        archive.hears("22.5");
        System.out.println("archive has lost messages of samples: " + (lost() - before));

        chapter("The application ends the session");
        sensors.sessions.session(DEVICE).ifPresent(OpenSession::end);
        wall.hears("stopped").hears("closed");
        device.hears("closed");
        happens(SessionEvent.Ended.class);
    }

    private long lost() {
        return sensors.sessions.statistics().mediaDropped();
    }

    private static void chapter(String title) {
        System.out.println("\n# " + title);
    }

    private Peer device() throws Exception {
        return new Peer("device", uri("/device"), token()).hears("welcome");
    }

    private Peer dashboard(String name, String streams) throws InterruptedException {
        var who = "'device':'" + DEVICE + "','dashboard':'" + name + "','key':'" + name + "-key'";
        return new Peer(name, uri("/dashboard"), null)
                .say("{'type':'join'," + who + "}")
                .hears("'whole':true")
                .say("{'type':'subscribe','streams':[" + streams + "]}");
    }

    private URI uri(String path) {
        return URI.create("ws://127.0.0.1:" + sensors.server.port() + path);
    }

    /** What the device was given when it was made. */
    private String token() throws JOSEException {
        var token =
                new JWSObject(
                        new JWSHeader(JWSAlgorithm.HS256), new Payload(Map.of("sub", DEVICE)));
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static byte[] samples(int count, int strength) {
        byte[] samples = new byte[count];
        Arrays.fill(samples, (byte) strength);
        return samples;
    }

    /** Waits until it has; everything else that happens is passed over. */
    private void happens(Class<? extends SessionEvent> what) throws InterruptedException {
        SessionEvent next;
        do {
            next = events.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("in vain: " + what.getSimpleName());
            }
        } while (!what.isInstance(next));
        System.out.println("session of " + next.owner() + ": " + what.getSimpleName());
    }

    /** For devices and dashboards of your own. */
    void serve() throws Exception {
        System.out.println("\n" + uri("/device") + " takes Authorization: Bearer " + token());
        System.out.println(uri("/dashboard") + " takes joins: wall, engineer, archive");
        Thread.currentThread().join();
    }

    @Override
    public void close() {
        sensors.close();
    }
}
