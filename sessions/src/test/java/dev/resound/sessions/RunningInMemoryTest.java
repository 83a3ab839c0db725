package dev.resound.sessions;

/** The memory that lasts as long as the process. */
class RunningInMemoryTest extends RunningCompanionsContract {
    @Override
    protected RunningCompanions empty() {
        return RunningCompanions.inMemory();
    }
}
