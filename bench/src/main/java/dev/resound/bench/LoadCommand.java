package dev.resound.bench;

import picocli.CommandLine.Mixin;

/** What all loads of a {@link Target} have in common on the command line. */
abstract class LoadCommand extends Measuring {

    @Mixin private final TargetOptions targetOptions = new TargetOptions();

    final TargetOptions options() {
        return targetOptions;
    }
}
