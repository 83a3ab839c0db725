/** Tests of the bench; {@link dev.resound.bench.StandInServer} is the server they run against. */
@NullMarked
package dev.resound.bench;

import org.jspecify.annotations.NullMarked;
