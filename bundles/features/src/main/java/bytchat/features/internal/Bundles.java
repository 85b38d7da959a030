package bytchat.features.internal;

import bytchat.api.features.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the features do with bundles: install, start, explain, take away without a trace. */
final class Bundles {
    /** Above the kernel's: features start once it is complete and their configurations are there. */
    static final int START_LEVEL = 10;
    /** How long the framework may take to take out of use what was uninstalled. */
    static final Duration REFRESH_TIMEOUT = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(Bundles.class);
    private static final String SERVICE_NAMESPACE = "osgi.service";
    private static final Pattern OBJECT_CLASS = Pattern.compile("\\(objectClass=([^)*]+)\\)");
    private static final Pattern PACKAGE = Pattern.compile("\\(" + Pattern.quote(PackageNamespace.PACKAGE_NAMESPACE)
            + "=([^)*]+)\\)");

    private static final Pattern VERSION_FROM = Pattern.compile("\\(version>=([^)]+)\\)(?!\\))");
    private static final Pattern VERSION_BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");

    private final BundleContext context;
    private final ServiceComponentRuntime components;

    Bundles(BundleContext context, ServiceComponentRuntime components) {
        this.context = context;
        this.components = components;
    }

    /**
     * Installs a jar without starting it; a bundle of the kernel's that is the same is shared.
     *
     * @throws BundleException with a sentence
     */
    Bundle install(Path jar) throws BundleException {
        try {
            // by reference: the framework reads the jar where it lies instead of copying it
            Bundle bundle = context.installBundle("reference:" + jar.toUri());
            if (!isFragment(bundle)) {
                bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
            }
            return bundle;
        } catch (BundleException e) {
            if (e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR) {
                String name = FeatureRepository.manifest(jar, Constants.BUNDLE_SYMBOLICNAME).orElse("").split(";", 2)[0].strip();
                return Arrays.stream(context.getBundles()).filter(Bundles::isKernel)
                        .filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst()
                        .orElseThrow(() -> new BundleException(jar + " has the same Bundle-SymbolicName and Bundle-Version"
                                + " as a bundle that runs: give another build another version", e));
            }
            throw new BundleException(jar + " is no bundle (" + e.getMessage() + ")", e.getType(), e);
        }
    }

    /** Whether the launcher installed it: it is never taken away. */
    static boolean isKernel(Bundle bundle) {
        return !isFragment(bundle) && bundle.adapt(BundleStartLevel.class).getStartLevel() < START_LEVEL;
    }

    static boolean isFragment(Bundle bundle) {
        return bundle.getHeaders("").get(Constants.FRAGMENT_HOST) != null;
    }

    /** In the words of OSGi Core. */
    static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.UNINSTALLED -> "uninstalled";
            case Bundle.INSTALLED -> "installed";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "active";
        };
    }

    void start(Bundle bundle) throws BundleException {
        if (!isFragment(bundle)) {
            bundle.start();
        }
    }

    /** Why some of these bundles cannot be resolved: the first package, or other capability, that none offers. */
    Optional<String> unresolved(Collection<Bundle> bundles) {
        FrameworkWiring wiring = wiring();
        if (wiring.resolveBundles(bundles)) {
            return Optional.empty();
        }
        for (Bundle bundle : bundles) {
            if (bundle.getState() == Bundle.INSTALLED && !isFragment(bundle)) {
                for (BundleRequirement requirement : bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
                    if (isMandatory(requirement) && isEffectiveAtResolve(requirement)
                            && wiring.findProviders(requirement).isEmpty()) {
                        return Optional.of("the bundle " + bundle.getSymbolicName() + " needs " + words(requirement)
                                + ", which nothing here offers");
                    }
                }
                return Optional.of("the bundle " + bundle.getSymbolicName()
                        + " cannot be resolved: what it needs excludes each other");
            }
        }
        return Optional.empty(); // fragments only: their hosts take them at the next start
    }

    /**
     * The service types that components of the bundle need and nobody here, neither a bundle's manifest nor a running
     * service, offers.
     */
    Set<String> unofferedServices(Bundle bundle) {
        Set<String> types = new LinkedHashSet<>();
        for (BundleRequirement requirement
                : bundle.adapt(BundleRevision.class).getDeclaredRequirements(SERVICE_NAMESPACE)) {
            Matcher type = OBJECT_CLASS.matcher(String.valueOf(
                    requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE)));
            if (isMandatory(requirement) && type.find() && wiring().findProviders(requirement).isEmpty()
                    && !isRegistered(type.group(1))) {
                types.add(type.group(1));
            }
        }
        return types;
    }

    private boolean isRegistered(String type) {
        try {
            return context.getAllServiceReferences(type, null) != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
    }

    /** Why parts do not use what a started bundle offers. */
    List<String> refused(Bundle bundle) {
        List<String> sentences = new ArrayList<>();
        try {
            for (ServiceReference<Refusal> reference : context.getServiceReferences(Refusal.class, null)) {
                Refusal part = context.getService(reference);
                if (part != null) {
                    sentences.addAll(part.refused(bundle.getBundleId()));
                    context.ungetService(reference);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
        return sentences;
    }

    /**
     * Whether another build may run beside this one for a moment: its components need nothing and are not configured,
     * so neither minds.
     */
    boolean maySharePlace(Bundle bundle) {
        Collection<ComponentDescriptionDTO> own = components.getComponentDescriptionDTOs(bundle);
        return !own.isEmpty() && bundle.getHeaders("").get(Constants.BUNDLE_ACTIVATOR) == null
                && bundle.getHeaders("").get(Constants.EXPORT_PACKAGE) == null
                && own.stream().allMatch(component -> component.references.length == 0
                && !component.configurationPolicy.equals("require"));
    }

    /**
     * Stops them, those that use others first, uninstalls them, and takes them out of use together with nothing but
     * what is wired to them.
     */
    void remove(Collection<Bundle> going) {
        if (going.isEmpty()) {
            return;
        }
        List<Bundle> ordered = dependentsFirst(going);
        ordered.forEach(this::stop);
        for (Bundle bundle : ordered) {
            try {
                bundle.uninstall();
            } catch (BundleException | IllegalStateException e) {
                LOG.warn("{} could not be uninstalled: {}", bundle.getSymbolicName(), e.getMessage());
            }
        }
        refresh(ordered);
    }

    void stop(Bundle bundle) {
        try {
            if (!isFragment(bundle)) {
                bundle.stop();
            }
        } catch (BundleException | IllegalStateException e) {
            LOG.warn("{} did not stop in order: {}", bundle.getSymbolicName(), e.getMessage());
        }
    }

    private void refresh(Collection<Bundle> uninstalled) {
        CountDownLatch refreshed = new CountDownLatch(1);
        wiring().refreshBundles(uninstalled, event -> refreshed.countDown());
        try {
            if (!refreshed.await(REFRESH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the framework still takes bundles out of use after {} s", REFRESH_TIMEOUT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops, and takes everything down
        }
    }

    /**
     * An order in which nobody loses what it uses before it has stopped itself; where they use each other, the later
     * installed goes first.
     */
    List<Bundle> dependentsFirst(Collection<Bundle> bundles) {
        List<Bundle> remaining = new ArrayList<>(bundles);
        Collections.reverse(remaining);
        List<Bundle> ordered = new ArrayList<>();
        while (!remaining.isEmpty()) {
            Bundle next = remaining.stream().filter(bundle -> remaining.stream()
                    .noneMatch(other -> other != bundle && uses(other, bundle))).findFirst()
                    .orElse(remaining.get(0));
            remaining.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private static boolean uses(Bundle user, Bundle used) {
        ServiceReference<?>[] services = user.getServicesInUse();
        BundleWiring wiring = user.adapt(BundleWiring.class);
        return services != null && Arrays.stream(services).anyMatch(service -> service.getBundle() == used)
                || wiring != null && wiring.getRequiredWires(null) != null
                && wiring.getRequiredWires(null).stream().map(BundleWire::getProviderWiring)
                .anyMatch(provider -> provider.getBundle() == used);
    }

    static boolean isMandatory(BundleRequirement requirement) {
        String resolution = requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
        return resolution == null || resolution.equals(Namespace.RESOLUTION_MANDATORY);
    }

    private static boolean isEffectiveAtResolve(BundleRequirement requirement) {
        String effective = requirement.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
        return effective == null || effective.equals(Namespace.EFFECTIVE_RESOLVE);
    }

    /** A requirement for people: a package by its name, anything else by namespace and filter. */
    static String words(BundleRequirement requirement) {
        String filter = String.valueOf(requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
        Matcher name = PACKAGE.matcher(filter);
        return requirement.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE) && name.find() ? "the package "
                + name.group(1) + version(filter)
                : requirement.getNamespace() + " " + filter;
    }

    private static String version(String filter) {
        Matcher from = VERSION_FROM.matcher(filter);
        Matcher below = VERSION_BELOW.matcher(filter);
        return (from.find() ? " from " + from.group(1) : "") + (below.find() ? " below " + below.group(1) : "");
    }

    private FrameworkWiring wiring() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }
}
