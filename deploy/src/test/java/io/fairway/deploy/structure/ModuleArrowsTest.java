package io.fairway.deploy.structure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;

/** Module arrows and who may use which library (design.md, sections 2 and 5). */
@AnalyzeClasses(packages = "io.fairway", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModuleArrowsTest {
    private static final String MODEL = "io.fairway.model..";
    private static final String DATAPLANE = "io.fairway.dataplane..";
    private static final String HA = "io.fairway.ha..";
    private static final String CLUSTER = "io.fairway.cluster..";
    private static final String NODE = "io.fairway.node..";
    private static final String DEPLOY = "io.fairway.deploy..";
    private static final String PEKKO = "org.apache.pekko..";

    @ArchTest
    static final ArchRule arrowsPointOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.fairway..")
            .withOptionalLayers(true)
            .layer("shared-model")
            .definedBy(MODEL)
            .layer("dataplane")
            .definedBy(DATAPLANE)
            .layer("ha")
            .definedBy(HA)
            .layer("cluster")
            .definedBy(CLUSTER)
            .layer("router-node")
            .definedBy(NODE)
            .layer("deploy")
            .definedBy(DEPLOY)
            .whereLayer("dataplane")
            .mayOnlyBeAccessedByLayers("ha", "cluster", "router-node", "deploy")
            .whereLayer("ha")
            .mayOnlyBeAccessedByLayers("cluster", "router-node", "deploy")
            .whereLayer("cluster")
            .mayOnlyBeAccessedByLayers("router-node", "deploy")
            .whereLayer("router-node")
            .mayOnlyBeAccessedByLayers("deploy")
            .whereLayer("deploy")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule everyClassLivesInAModule = noClasses()
            .should()
            .resideOutsideOfPackages(MODEL, DATAPLANE, HA, CLUSTER, NODE, DEPLOY)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noPekkoBelowTheCluster = noClasses()
            .that()
            .resideInAnyPackage(MODEL, DATAPLANE, HA)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PEKKO)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheStoreKnowsChronicle = noClasses()
            .that()
            .resideOutsideOfPackage("io.fairway.ha.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.openhft..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noSleepOutsideDeploy = noClasses()
            .that()
            .resideOutsideOfPackage(DEPLOY)
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(Thread.class, "sleep", Duration.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theModelHasNoThreadsAndNoClock = noClasses()
            .that()
            .resideInAPackage(MODEL)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .allowEmptyShould(true);
}
