package bytchat.accounts.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code bytchat.accounts}. A double underscore stands for one in the property (DS 1.4, 112.8.2.1). */
@ObjectClassDefinition(name = "BytChat accounts", description = "The people who use this node.")
@interface AccountsConfig {
    @AttributeDefinition(
            description = "Makes an account of this name at the start unless there is one; empty makes none.")
    String create() default "";

    @AttributeDefinition(name = "passphrase_file",
            description = "File whose first line is the passphrase that accounts are sealed with;"
                    + " empty seals them with a random key file.")
    String passphrase__file() default "";

    @AttributeDefinition(description = "Length of new account keys in bits, 2048 to 4096.", min = "2048", max = "4096")
    int rsa__bits() default 3072;

    @AttributeDefinition(description = "Memory in KiB that a guess at the passphrase costs (Argon2id).", min = "8192",
            max = "1048576")
    int argon2__memory__kib() default 19 * 1024;

    @AttributeDefinition(description = "Times that this memory is filled.", min = "1", max = "64")
    int argon2__passes() default 2;
}
