/** Networks in which some nodes lie: hostile nodes that know each other, and how many lookups find the true nodes all the same. */
package bytchat.itests.simulation.hostile;
