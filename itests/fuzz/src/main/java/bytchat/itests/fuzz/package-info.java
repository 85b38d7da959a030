/** Hostile datagrams and frames against the production classes: what they throw anywhere is found. */
package bytchat.itests.fuzz;
