package bytchat.itests.container;

import bytchat.launcher.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.ExamSystem;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.TestContainer;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.options.SystemPackageOption;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * Runs a test class against a Pax Exam native container with the node's own kernel in it, and hands its
 * {@link BundleContext} to test methods that ask for one. Register it as a static field.
 *
 * <p>Pax Exam has no driver for JUnit 5, hence this one. The test stays outside the container; what it shares with the
 * bundles are the packages named to {@link #sharing}.
 */
public final class ContainerExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {
    private static final int START_LEVEL_RUNNING = 20;
    private static final int START_LEVEL_TEST = 10;

    private final List<Option> options = new ArrayList<>();
    private TestContainer container;
    private ExamSystem system;
    private Path directory;

    private ContainerExtension() {
    }

    /** A container with every bundle of the kernel at its own start level. */
    public static ContainerExtension withKernel() {
        return new ContainerExtension();
    }

    /** The distribution under test, from the system property {@code bytchat.home}. */
    public static Distribution distribution() {
        return new Distribution(Path.of(System.getProperty(Distribution.HOME_PROPERTY)));
    }

    public ContainerExtension property(String name, String value) {
        options.add(CoreOptions.frameworkProperty(name).value(value));
        return this;
    }

    /** Adds a bundle, started after the kernel. */
    public ContainerExtension bundle(Path jar) {
        options.add(CoreOptions.bundle("reference:" + jar.toUri()).startLevel(START_LEVEL_TEST));
        return this;
    }

    /** Lets bundles and test use the same classes of this package, at this version. */
    public ContainerExtension sharing(String packageName, String version) {
        options.add(CoreOptions.systemPackages(
                new SystemPackageOption(packageName + ";version=\"" + version + "\"")));
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext extension) throws Exception {
        directory = Files.createTempDirectory("bytchat-container-");
        List<Option> all = new ArrayList<>(options);
        for (Map.Entry<Integer, List<Path>> level : distribution().kernel().entrySet()) {
            for (Path jar : level.getValue()) {
                var bundle = CoreOptions.bundle("reference:" + jar.toUri()).startLevel(level.getKey());
                all.add(TestBundles.isFragment(jar) ? bundle.noStart() : bundle);
            }
        }
        all.add(CoreOptions.frameworkStartLevel(START_LEVEL_RUNNING));
        all.add(CoreOptions.frameworkProperty(Constants.FRAMEWORK_BEGINNING_STARTLEVEL)
                .value(Integer.toString(START_LEVEL_RUNNING)));
        all.add(CoreOptions.workingDirectory(directory.resolve("framework").toString()));
        all.add(CoreOptions.frameworkProperty("bytchat.home").value(distribution().home().toString()));
        all.add(CoreOptions.frameworkProperty("bytchat.data").value(directory.resolve("data").toString()));
        all.add(CoreOptions.frameworkProperty("felix.cm.dir").value(directory.resolve("configurations").toString()));
        system = DefaultExamSystem.create(all.toArray(Option[]::new));
        container = new NativeTestContainer(system, ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow());
        container.start();
    }

    @Override
    public void afterAll(ExtensionContext extension) throws IOException {
        if (container != null) {
            container.stop();
        }
        if (system != null) {
            system.clear();
        }
        TestBundles.delete(directory);
    }

    public BundleContext context() {
        return ((NativeTestContainer) container).getSystemBundle().getBundleContext();
    }

    /** Waits for a service of a shared type. */
    public <T> T service(Class<T> type, Duration patience) throws InterruptedException {
        return Await.value("a service " + type.getName(), patience, () -> {
            ServiceReference<T> reference = context().getServiceReference(type);
            return reference == null ? Optional.empty() : Optional.ofNullable(context().getService(reference));
        });
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return parameter.getParameter().getType() == BundleContext.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return context();
    }
}
