package bytchat.features.internal;

import bytchat.api.features.InUse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.SatisfiedReferenceDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out what would stop working if bundles went: by what parts say of themselves, by the wiring, and by what
 * components need.
 */
final class CutOff {
    private static final Logger LOG = LoggerFactory.getLogger(CutOff.class);
    private static final String OURS = "bytchat.";
    private static final String KEY_SPACE = "bytchat.keyspace";

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final Function<Bundle, String> owner;

    /** @param owner the feature that a bundle belongs to, for people */
    CutOff(BundleContext context, ServiceComponentRuntime components, Function<Bundle, String> owner) {
        this.context = context;
        this.components = components;
        this.owner = owner;
    }

    /** A sentence for each thing, those first that parts themselves say. */
    List<String> by(Collection<Bundle> bundles) {
        if (bundles.isEmpty()) {
            return List.of();
        }
        Set<Bundle> going = new LinkedHashSet<>(bundles);
        List<String> sentences = new ArrayList<>(saidByParts(going));
        Map<String, Loss> losses = new LinkedHashMap<>();
        unsatisfied(going, losses);
        unresolved(going, losses);
        losses.forEach((feature, loss) -> sentences.add(loss.words(feature)));
        return sentences;
    }

    /** What parts of one feature would lose: services, or packages where it has no part that uses a service. */
    private static final class Loss {
        /** Needs that are listed; of more, how many there are is enough. */
        private static final int NEEDS_MAX = 4;

        private final Set<String> parts = new LinkedHashSet<>();
        private final Set<String> needs = new LinkedHashSet<>();

        private String words(String feature) {
            String more = needs.size() > NEEDS_MAX ? " and " + (needs.size() - NEEDS_MAX) + " more" : "";
            return feature + " would stop working: " + String.join(", ", parts)
                    + (parts.size() == 1 ? " needs " : " need ")
                    + needs.stream().limit(NEEDS_MAX).collect(Collectors.joining(", ")) + more;
        }
    }

    private List<String> saidByParts(Set<Bundle> going) {
        Set<String> names = going.stream().map(Bundle::getSymbolicName)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> said = new LinkedHashSet<>();
        for (ServiceReference<InUse> reference : references()) {
            InUse part = context.getService(reference);
            if (part != null) {
                try {
                    said.addAll(part.cutOffBy(names));
                } catch (RuntimeException e) {
                    LOG.warn("{} cannot tell what would be cut off", reference.getBundle().getSymbolicName(), e);
                    said.add(reference.getBundle().getSymbolicName() + " cannot tell what would be cut off (" + e
                            + ")");
                } finally {
                    context.ungetService(reference);
                }
            }
        }
        return List.copyOf(said);
    }

    private Collection<ServiceReference<InUse>> references() {
        try {
            return context.getServiceReferences(InUse.class, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
    }

    private void unresolved(Set<Bundle> going, Map<String, Loss> losses) {
        for (Bundle bundle : going) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            List<BundleWire> wires = wiring == null ? null : wiring.getProvidedWires(null);
            for (BundleWire wire : wires == null ? List.<BundleWire>of() : wires) {
                Bundle user = wire.getRequirerWiring().getBundle();
                if (!going.contains(user) && Bundles.isMandatory(wire.getRequirement())) {
                    Loss loss = losses.computeIfAbsent(owner.apply(user), feature -> new Loss());
                    if (loss.parts.stream().noneMatch(part -> part.split("~", 2)[0].equals(partOf(user)))) {
                        loss.parts.add(partOf(user));
                        loss.needs.add(Bundles.words(wire.getRequirement()));
                    }
                }
            }
        }
    }

    private void unsatisfied(Set<Bundle> going, Map<String, Loss> losses) {
        Set<Long> ids = going.stream().map(Bundle::getBundleId).collect(Collectors.toSet());
        for (ComponentDescriptionDTO component : components.getComponentDescriptionDTOs()) {
            Bundle user = context.getBundle(component.bundle.id);
            if (user == null || ids.contains(component.bundle.id)) {
                continue;
            }
            for (ComponentConfigurationDTO configuration : components.getComponentConfigurationDTOs(component)) {
                for (ReferenceDTO reference : component.references) {
                    if (reference.cardinality.startsWith("1") && isLost(configuration, reference, ids)) {
                        Loss loss = losses.computeIfAbsent(owner.apply(user), feature -> new Loss());
                        loss.parts.add(partOf(user) + keySpace(configuration));
                        loss.needs.add(reference.interfaceName.substring(reference.interfaceName.lastIndexOf('.') + 1));
                    }
                }
            }
        }
    }

    /** Whether every service that it is bound to goes, and no other is there that would do. */
    private boolean isLost(ComponentConfigurationDTO configuration, ReferenceDTO reference, Set<Long> ids) {
        Optional<SatisfiedReferenceDTO> satisfied = configuration.satisfiedReferences == null ? Optional.empty()
                : Arrays.stream(configuration.satisfiedReferences).filter(one -> one.name.equals(reference.name))
                .findFirst();
        if (satisfied.isEmpty() || satisfied.get().boundServices.length == 0
                || !Arrays.stream(satisfied.get().boundServices).allMatch(service -> ids.contains(service.bundle))) {
            return false;
        }
        try {
            ServiceReference<?>[] others = context.getAllServiceReferences(reference.interfaceName,
                    satisfied.get().target);
            return others == null || Arrays.stream(others)
                    .allMatch(service -> service.getBundle() == null
                    || ids.contains(service.getBundle().getBundleId()));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // the component runs with this filter
        }
    }

    private static String partOf(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name.startsWith(OURS) ? name.substring(OURS.length()) : name;
    }

    private static String keySpace(ComponentConfigurationDTO configuration) {
        return configuration.properties.get(KEY_SPACE) instanceof String name ? "~" + name : "";
    }
}
