/** Devices that measure and dashboards that look, on Resound's public API. */
@NullMarked
package dev.resound.examples.sensors;

import org.jspecify.annotations.NullMarked;
