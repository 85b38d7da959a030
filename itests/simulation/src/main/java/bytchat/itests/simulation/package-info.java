/** Networks of the production classes in virtual time, driven by one seed. */
package bytchat.itests.simulation;
