package dev.resound.pusher;

import dev.resound.core.Loop;
import dev.resound.pusher.json.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a presence channel, on all loops and all nodes. One user may be there with several
 * sockets.
 *
 * <p>Who has gone from a node that is not alone stays for a moment, until {@link #end}: nodes hear
 * of each other one after another, and whoever goes from one to another has not been away.
 *
 * <p><b>Thread:</b> only inside {@link dev.resound.core.Hub#inTopic} of its channel.
 */
final class Presence {
    private final Map<String, Present> users = new LinkedHashMap<>(); // in the order of their joins
    final Loop loop; // of the first who joined: what is done later is done there
    private int anonymous; // sockets whose data names no user

    /** Nobody, so far. */
    Presence(Loop loop) {
        this.loop = loop;
    }

    private static final class Present {
        PresenceMember first; // how the user is shown: as the first socket said
        int sockets; // on this node
        boolean elsewhere; // on another node, too

        Present(PresenceMember first) {
            this.first = first;
        }

        boolean isGone() {
            return sockets == 0 && !elsewhere;
        }
    }

    /** Whether one of the user's sockets is on this node. */
    boolean isHere(PresenceMember member) {
        Present present = member.user() == null ? null : users.get(member.user());
        return present != null && present.sockets > 0;
    }

    /** A user is on another node; true if the others are to be told: was nowhere before. */
    boolean arrive(PresenceMember member, String user) {
        Present present = users.get(user);
        boolean isNew = present == null;
        if (present == null) {
            present = new Present(member);
            users.put(user, present);
        }
        present.elsewhere = true;
        return isNew;
    }

    /** A user is on no other node any more; true if nowhere at all, which is to be ended. */
    boolean depart(String user) {
        Present present = users.get(user);
        if (present == null) {
            return false;
        }
        present.elsewhere = false;
        return present.isGone();
    }

    /**
     * Takes a user out who has gone; null if the others need not be told: is back, or not there.
     */
    @Nullable PresenceMember end(String user) {
        Present present = users.get(user);
        if (present == null || !present.isGone()) {
            return null;
        }
        users.remove(user);
        return present.first;
    }

    /** Adds a socket; true if the others are to be told: its user was not there, or it has none. */
    boolean join(PresenceMember member) {
        String user = member.user();
        if (user == null) {
            anonymous++;
            return true;
        }
        Present present = users.get(user);
        boolean isNew = present == null;
        if (present == null) {
            present = new Present(member);
            users.put(user, present);
        }
        present.sockets++;
        return isNew;
    }

    /** Takes a socket out; true if that was its user's last one, who is then to be ended. */
    boolean leave(PresenceMember member) {
        String user = member.user();
        if (user == null) {
            anonymous--;
            return false;
        }
        Present present = users.get(user);
        if (present == null || present.sockets == 0) {
            throw new AssertionError("left without having joined");
        }
        present.sockets--;
        return present.isGone();
    }

    /** A socket that is in says again who it is: the same user, perhaps with other data. */
    void update(PresenceMember member) {
        Present present = member.user() == null ? null : users.get(member.user());
        if (present != null && present.sockets == 1) {
            present.first = member;
        }
    }

    /**
     * Whether one more socket fits, if {@code instead} leaves for it.
     *
     * @param maxUsers 0 is no limit
     */
    boolean hasRoomFor(PresenceMember member, @Nullable PresenceMember instead, int maxUsers) {
        if (maxUsers == 0 || has(member)) {
            return true;
        }
        int others = userCount() - (instead != null && isLastSocket(instead) ? 1 : 0);
        return others < maxUsers;
    }

    private boolean isLastSocket(PresenceMember member) {
        if (member.user() == null) {
            return anonymous == 1;
        }
        Present present = users.get(member.user());
        return present != null && present.sockets == 1 && !present.elsewhere;
    }

    /** Whether the user is there, wherever. */
    boolean has(PresenceMember member) {
        return member.user() != null && users.containsKey(member.user());
    }

    /** Distinct users; those without an id count as one together. */
    int userCount() {
        return users.size() + (anonymous > 0 ? 1 : 0);
    }

    /** The user as the first socket said. */
    PresenceMember first(PresenceMember member) {
        Present present = member.user() == null ? null : users.get(member.user());
        return present == null ? member : present.first;
    }

    /** Those with a socket on this node. */
    List<PresenceMember> usersHere() {
        List<PresenceMember> here = new ArrayList<>();
        for (Present present : users.values()) {
            if (present.sockets > 0) {
                here.add(present.first);
            }
        }
        return here;
    }

    /** Whether a socket on this node is nobody's. */
    boolean hasAnonymous() {
        return anonymous > 0;
    }

    /** The users, as their first sockets said. */
    List<PresenceMember> users() {
        List<PresenceMember> all = new ArrayList<>(users.size());
        users.values().forEach(present -> all.add(present.first));
        return all;
    }

    /**
     * The data of {@code subscription_succeeded}. With a member that has no id nobody can be
     * listed: Reverb's empty form.
     */
    byte[] snapshot() {
        if (anonymous > 0) {
            return new JsonText()
                    .raw("{\"presence\":{\"count\":0,\"ids\":[],\"hash\":[]}}")
                    .toBytes();
        }
        JsonText json = new JsonText(64 + users.size() * 64);
        json.raw("{\"presence\":{\"count\":").number(users.size()).raw(",\"ids\":[");
        String separator = "";
        for (Present present : users.values()) {
            json.raw(separator).raw(present.first.idJson());
            separator = ",";
        }
        json.raw("],\"hash\":{");
        separator = "";
        for (Map.Entry<String, Present> user : users.entrySet()) {
            json.raw(separator)
                    .quoted(user.getKey())
                    .raw(":")
                    .raw(user.getValue().first.infoJson());
            separator = ",";
        }
        return json.raw("}}}").toBytes();
    }
}
