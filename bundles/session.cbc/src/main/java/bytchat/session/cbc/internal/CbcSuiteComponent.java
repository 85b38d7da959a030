package bytchat.session.cbc.internal;

import bytchat.api.account.Account;
import bytchat.api.account.Prekeys;
import bytchat.api.env.Environment;
import bytchat.api.session.Handshake;
import bytchat.api.session.SessionException;
import bytchat.api.session.SessionSuite;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Offers suite 1. */
@Component(service = SessionSuite.class, property = "bytchat.suite:Integer=" + CbcSuite.NUMBER)
public final class CbcSuiteComponent implements SessionSuite {
    private final SessionSuite suite;

    @Activate
    public CbcSuiteComponent(@Reference Environment environment) {
        suite = new CbcSuite(environment.workers(), environment.random());
    }

    @Override
    public int number() {
        return suite.number();
    }

    @Override
    public String name() {
        return suite.name();
    }

    @Override
    public CompletionStage<Offer> offer(Prekeys theirs) {
        return suite.offer(theirs);
    }

    @Override
    public CompletionStage<Session> agree(Account self, Handshake mine, byte[] secret, Handshake theirs) {
        return suite.agree(self, mine, secret, theirs);
    }

    @Override
    public byte[] seal(Session session, MessageContext context, byte[] plaintext) {
        return suite.seal(session, context, plaintext);
    }

    @Override
    public byte[] open(Session session, MessageContext context, byte[] sealed) throws SessionException {
        return suite.open(session, context, sealed);
    }
}
