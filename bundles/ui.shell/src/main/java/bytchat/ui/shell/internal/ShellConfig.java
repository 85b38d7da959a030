package bytchat.ui.shell.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.ui.shell}. A double underscore stands for one in the property (DS 1.4, 112.8.2.1). */
@ObjectClassDefinition(name = "BytChat shell", description = "Commands over the control socket.")
@interface ShellConfig {
    @AttributeDefinition(description = "Commands that run at once over the control socket.", min = "1", max = "64")
    int commands__max() default 8;
}
