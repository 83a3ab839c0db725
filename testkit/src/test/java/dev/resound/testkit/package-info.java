@NullMarked
package dev.resound.testkit;

import org.jspecify.annotations.NullMarked;
