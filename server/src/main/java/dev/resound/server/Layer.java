package dev.resound.server;

import java.util.Map;
import java.util.NavigableMap;

/**
 * What one source sets.
 *
 * @param name the source, as the banner names it
 * @param values by the name of the setting: {@code apps[0].key}
 * @param apps the places of the apps it speaks of, and where it first does
 */
record Layer(String name, Map<String, Given> values, NavigableMap<Integer, String> apps) {}
