package dev.resound.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What may know what: the shape that reviews would otherwise have to guard. */
class ArchitectureTest {
    private static final List<String> PROTOCOLS = List.of("pusher", "socketio", "sessions");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.resound");

    @Test
    void theImportHasFoundAllModules() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                .contains(
                        "dev.resound.core",
                        "dev.resound.netty",
                        "dev.resound.pusher",
                        "dev.resound.sessions",
                        "dev.resound.server");
    }

    @Test
    void onlyTheTransportKnowsNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.resound.netty..", "dev.resound.bench..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(CLASSES);
    }

    @Test
    void theCoreKnowsNoLibraryButItsLog() {
        classes()
                .that()
                .resideInAPackage("dev.resound.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.resound.core..", "java..", "org.slf4j..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void protocolsKnowTheCoreAndNeitherTheTransportNorEachOther() {
        for (String protocol : PROTOCOLS) {
            List<String> others =
                    PROTOCOLS.stream().filter(other -> !other.equals(protocol)).toList();
            for (String other : others) {
                noClasses()
                        .that()
                        .resideInAPackage("dev.resound." + protocol + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("dev.resound." + other + "..")
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
            noClasses()
                    .that()
                    .resideInAPackage("dev.resound." + protocol + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("dev.resound.netty..", "dev.resound.server..", "io.netty..")
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void theTransportKnowsNoProtocol() {
        noClasses()
                .that()
                .resideInAPackage("dev.resound.netty..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.resound.pusher..", "dev.resound.server..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.resound.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void namesSayWhatAClassIsFor() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .check(CLASSES);
    }

    @Test
    void nothingIsInjected() {
        Set<String> annotations =
                Set.of(
                        "jakarta.inject.Inject",
                        "javax.inject.Inject",
                        "org.springframework.beans.factory.annotation.Autowired",
                        "picocli.CommandLine$Option",
                        "picocli.CommandLine$Parameters",
                        "picocli.CommandLine$Spec");
        for (String annotation : annotations) {
            noFields().should().beAnnotatedWith(annotation).check(CLASSES);
        }
    }

    @Test
    void staticFieldsAreFinal() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void onlyTheProgramWritesToStandardStreams() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Surroundings.class.getName())
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void nothingReflectsButWhatHasToAndNothingIsSerialized() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Signals.class.getName())
                .and()
                // interfaces and handlers of the application are its words for events
                .haveNameNotMatching("dev\\.resound\\.socketio\\.Contract.*")
                .should(accessClassesThat(resideInAPackage("java.lang.reflect..")))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatMayBeNull() {
        Set<JavaPackage> packages =
                CLASSES.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages)
                .allSatisfy(it ->
                        assertThat(it.isAnnotatedWith(NullMarked.class)).as(it.getName()).isTrue());
    }

    @Test
    void theServerIsAProgramAndNoLibrary() {
        classes()
                .that()
                .resideInAPackage("dev.resound.server..")
                .and()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .and()
                .doNotHaveFullyQualifiedName(LogSetup.class.getName())
                .should()
                .notBePublic()
                .check(CLASSES);
    }
}
