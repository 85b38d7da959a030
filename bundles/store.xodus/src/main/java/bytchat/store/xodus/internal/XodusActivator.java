package bytchat.store.xodus.internal;

import jetbrains.exodus.core.execution.ThreadJobProcessorPool;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** Ends the threads that Xodus shares among all stores; declarative services have closed the stores by then. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class XodusActivator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        // Xodus makes its threads when it first needs them
    }

    @Override
    public void stop(BundleContext context) {
        ThreadJobProcessorPool.close();
    }
}
