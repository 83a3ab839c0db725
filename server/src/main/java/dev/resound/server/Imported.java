package dev.resound.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of another server in our words.
 *
 * @param values texts by the names of our settings: {@code apps[0].key}
 * @param warnings what has no counterpart here, or is meant otherwise
 */
record Imported(Map<String, String> values, List<String> warnings) {

    Imported() {
        this(new LinkedHashMap<>(), new ArrayList<>());
    }

    void warn(String field, String text) {
        warnings.add(field + ": " + text);
    }

    void put(Setting<?> setting, String text, String field) {
        put(setting, 0, text, field);
    }

    /** Sets, if the setting takes it. */
    void put(Setting<?> setting, int app, String text, String field) {
        if (setting.kind().read(text) == null) {
            warn(
                    field,
                    "left out, because "
                            + setting.name(app)
                            + " must be "
                            + setting.kind().expected());
        } else {
            values.put(setting.name(app), text);
        }
    }
}
