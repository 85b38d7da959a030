package bytchat.api.features;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The features of this node, in the shape of the OSGi FeatureRuntime (OSGi Compendium 8.1, chapter 160). May be called
 * from any thread; changes are made one after the other, on a thread of its own, where what they return completes. A
 * change holds over restarts.
 */
@ProviderType
public interface FeatureManager {
    /** Every feature this node knows, installed ones first, otherwise by name. */
    List<FeatureInfo> list();

    /**
     * Why a feature is there or not, how its parts are, and what its removal would cut off now.
     *
     * @throws FeatureException if no feature has that name
     */
    FeatureDetails details(String name) throws FeatureException;

    /**
     * Installs a feature that this node knows; done at once if it is installed.
     *
     * @return completes when its parts are ready or waiting, or after a bound; the status says which. Fails with
     *         {@link FeatureException} if it cannot run: then everything is as it was
     */
    CompletionStage<FeatureInfo> install(String name);

    /**
     * Installs a feature from a file, whose name without {@code .json} becomes its name; the file and bundles that are
     * not this program's own are copied, so that they may go. If a feature of that name is installed, its bundles are
     * replaced by the file's while the others run on.
     *
     * @param file its bundles are looked for in {@code repo/} beside it (layout of a Maven repository), beside it, and
     *         in the program
     * @return as {@link #install(String)}
     */
    CompletionStage<FeatureInfo> install(Path file);

    /**
     * Removes a feature: stops its bundles, those that use others first, except bundles that another installed feature
     * names as well.
     *
     * @param force whether to remove it even if that cuts off something in use
     * @return completes when its bundles are gone. Fails with {@link FeatureException} if it is not installed, or,
     *         unless forced, if it would cut off something: then nothing was done
     */
    CompletionStage<FeatureInfo> remove(String name, boolean force);
}
