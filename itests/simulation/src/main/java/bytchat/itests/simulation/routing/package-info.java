/**
 * Networks of up to 100,000 nodes that only route: the production key space, RPC and Kademlia in virtual time, with churn, loss, wide-area
 * delays, NATed and dead contacts and hostile nodes; an oracle that knows who lives judges what lookups find.
 */
package bytchat.itests.simulation.routing;
