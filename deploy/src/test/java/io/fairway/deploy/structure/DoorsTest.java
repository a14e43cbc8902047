package io.fairway.deploy.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fairway.dataplane.io.RawFrameSocket;
import io.fairway.ha.beat.RawBeatPort;
import io.fairway.ha.journal.FabricJournalLink;
import java.util.Set;

/**
 * Nondeterminism enters the pair by five doors only, so that the simulation has all of it in its hands (ha-design.md,
 * section 8): Clock (NanoClock, EpochClock), Link (BeatPort, JournalLink), Disk (java.nio.file.Path), Random, Spawn
 * (Agent, Executor). Not simulated are the sentinel, the way to the witness and that to the controller, which are other
 * processes, and the warm store, which maps real files.
 */
@AnalyzeClasses(packages = "io.fairway", importOptions = ImportOption.DoNotIncludeTests.class)
final class DoorsTest {
    private static final String[] NOT_SIMULATED = {
        "io.fairway.ha.sentinel..", "io.fairway.ha.store..", "io.fairway.ha.witness..", "io.fairway.ha.feed.."
    };

    private static final Set<String> FORBIDDEN_CALLS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.Thread.ofVirtual",
            "java.lang.Thread.ofPlatform",
            "java.lang.Thread.start",
            "java.time.Instant.now",
            "java.util.UUID.randomUUID");

    private static final Set<String> FORBIDDEN_CLASSES = Set.of(
            "java.util.Random",
            "java.util.concurrent.ThreadLocalRandom",
            "java.security.SecureRandom",
            "java.util.concurrent.Executors",
            "java.util.concurrent.locks.LockSupport",
            "java.io.File",
            "java.io.FileInputStream",
            "java.io.FileOutputStream",
            "java.io.RandomAccessFile");

    private static final DescribedPredicate<JavaAccess<?>> AROUND_THE_DOORS =
            new DescribedPredicate<>("go around the doors") {
                @Override
                public boolean test(final JavaAccess<?> access) {
                    final JavaClass owner = access.getTargetOwner();
                    return FORBIDDEN_CALLS.contains(owner.getName() + "." + access.getName())
                            || FORBIDDEN_CLASSES.contains(owner.getName());
                }
            };

    @ArchTest
    static final ArchRule thePairUsesTheDoors = noClasses()
            .that()
            .resideInAPackage("io.fairway.ha..")
            .and()
            .resideOutsideOfPackages(NOT_SIMULATED)
            .should()
            .accessTargetWhere(AROUND_THE_DOORS);

    @ArchTest
    static final ArchRule onlyDoorsKnowSocketsAndTheFabric = noClasses()
            .that()
            .resideInAPackage("io.fairway.ha..")
            .and()
            .resideOutsideOfPackages(NOT_SIMULATED)
            .and()
            .doNotBelongToAnyOf(RawBeatPort.class, FabricJournalLink.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.aeron..", "java.net..", "io.fairway.dataplane.fabric..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(RawFrameSocket.class);

    @ArchTest
    static final ArchRule theSimulationUsesTheDoors = noClasses()
            .that()
            .resideInAPackage("io.fairway.deploy.sim..")
            .and()
            .doNotHaveSimpleName("SimMain")
            .should()
            .accessTargetWhere(AROUND_THE_DOORS);
}
