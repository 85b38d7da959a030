package bytchat.ui.shell.internal;

import bytchat.api.keyspace.KeySpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Services of the framework, looked up when they are asked for: each may come and go between two commands. */
final class BundleServices implements Services {
    private final BundleContext context;
    private final List<ServiceReference<?>> taken = new ArrayList<>();

    BundleServices(BundleContext context) {
        this.context = context;
    }

    @Override
    public <T> List<T> all(Class<T> type) {
        return find(type, null);
    }

    @Override
    public <T> List<T> all(Class<T> type, String keySpace) {
        try {
            String filter = "(" + KeySpace.PROPERTY + "=" + escape(keySpace) + ")";
            return find(type, FrameworkUtil.createFilter(filter).toString());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized <T> List<T> find(Class<T> type, String filter) {
        List<ServiceReference<T>> references;
        try {
            references = new ArrayList<>(context.getServiceReferences(type, filter));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        references.sort(Collections.reverseOrder());
        List<T> services = new ArrayList<>();
        for (ServiceReference<T> reference : references) {
            T service = context.getService(reference);
            if (service != null) { // null: gone since it was found
                taken.add(reference);
                services.add(service);
            }
        }
        return services;
    }

    @Override
    public synchronized void close() {
        taken.forEach(context::ungetService);
        taken.clear();
    }

    private static String escape(String value) {
        return value.replaceAll("[\\\\*()]", "\\\\$0");
    }
}
