/*
 * Load for a KRPC server (BEP 5) from many addresses of 127.0.0.0/8, by one socket.
 *
 *   load ID_BYTES NETWORK HOST:PORT ...      NETWORK: the name sent as nw, or - for none; one or more servers
 *
 * Reads commands, one in a line, and answers each with one line:
 *
 *   fill SERVER CONTACTS SECONDS    pings from CONTACTS invented nodes, each in a /24 of its own and spread over the
 *                                   buckets of a large network, and goes on answering as them: the server's table fills
 *   sample SERVER KIND              one answer in hexadecimal
 *   load SERVER KIND WINDOW SECONDS asks from SOURCES addresses in turn with WINDOW questions under way; prints answers,
 *                                   questions, seconds, and bytes of a question and of an average answer
 *
 * SERVER counts from 0; KIND is ping or find_node. The invented nodes are answered for all the time.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, PACKET = 2048, SOURCES = 4000, CONTACTS_MAX = 4000, SERVERS_MAX = 4, ID_MAX = 64, QUIET_MS = 100 };

struct packet {
    struct sockaddr_in peer;
    uint32_t own; /* our address, network order */
    unsigned char bytes[PACKET];
    size_t length;
    char control[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

static int fd;
static int id_bytes;
static char network[80];
static struct sockaddr_in servers[SERVERS_MAX];
static unsigned char contact_ids[CONTACTS_MAX][ID_MAX];
static int contacts;
static struct packet in[BATCH], out[BATCH];
static int pending_out;
static uint64_t random_state = 0x9e3779b97f4a7c15u;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static uint64_t next_random(void) { /* xorshift64*: the same questions in each run */
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1du;
}

static void random_bytes(unsigned char *to, int length) {
    for (int i = 0; i < length; i++) to[i] = next_random() >> 56;
}

/* Askers are 127.64.0.0 upwards, invented nodes 127.128.N.1. */
static uint32_t asker(int i) { return htonl(0x7f400000u + 1 + i + i / 250 * 6); }
static uint32_t contact(int i) { return htonl(0x7f800001u + ((uint32_t) i << 8)); }

static int contact_at(uint32_t address) {
    uint32_t host = ntohl(address);
    int i = (host - 0x7f800001u) >> 8;
    return (host & 0xff800000u) == 0x7f800000u && i < contacts ? i : -1;
}

static void flush_out(void) {
    struct mmsghdr headers[BATCH];
    struct iovec parts[BATCH];
    memset(headers, 0, sizeof headers);
    for (int i = 0; i < pending_out; i++) {
        struct packet *p = &out[i];
        parts[i] = (struct iovec) {p->bytes, p->length};
        struct msghdr *h = &headers[i].msg_hdr;
        *h = (struct msghdr) {.msg_name = &p->peer, .msg_namelen = sizeof p->peer, .msg_iov = &parts[i], .msg_iovlen = 1,
            .msg_control = p->control, .msg_controllen = sizeof p->control};
        struct cmsghdr *c = CMSG_FIRSTHDR(h);
        c->cmsg_level = IPPROTO_IP;
        c->cmsg_type = IP_PKTINFO;
        c->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
        struct in_pktinfo info = {.ipi_spec_dst.s_addr = p->own};
        memcpy(CMSG_DATA(c), &info, sizeof info);
    }
    for (int sent = 0; sent < pending_out;) {
        int n = sendmmsg(fd, headers + sent, pending_out - sent, 0);
        if (n < 0 && errno != EINTR) die("sendmmsg");
        if (n > 0) sent += n;
    }
    pending_out = 0;
}

static struct packet *next_out(uint32_t own, const struct sockaddr_in *peer) {
    if (pending_out == BATCH) flush_out();
    struct packet *p = &out[pending_out++];
    p->own = own;
    p->peer = *peer;
    p->length = 0;
    return p;
}

static void add(struct packet *p, const void *bytes, size_t length) {
    memcpy(p->bytes + p->length, bytes, length);
    p->length += length;
}

static void text(struct packet *p, const char *s) { add(p, s, strlen(s)); }

static void string(struct packet *p, const void *bytes, int length) {
    char head[16];
    add(p, head, sprintf(head, "%d:", length));
    add(p, bytes, length);
}

static void question(uint32_t from, const struct sockaddr_in *to, const unsigned char *id, int find_node) {
    struct packet *p = next_out(from, to);
    unsigned char target[ID_MAX];
    uint32_t t = (uint32_t) next_random();
    text(p, "d1:ad2:id");
    string(p, id, id_bytes);
    if (find_node) {
        random_bytes(target, id_bytes);
        text(p, "6:target");
        string(p, target, id_bytes);
    }
    text(p, "e");
    text(p, network);
    text(p, find_node ? "1:q9:find_node" : "1:q4:ping");
    text(p, "1:t");
    string(p, &t, sizeof t);
    text(p, "1:v4:LD\1\1" "1:y1:qe");
}

static void ask(int server, int source, int find_node) {
    static unsigned char ids[SOURCES][ID_MAX];
    static int known;
    if (!known++) random_bytes(ids[0], sizeof ids);
    question(asker(source), &servers[server], ids[source], find_node);
}

/* Answers a question to an invented node, if it is one: with its id and no nodes, whatever was asked. */
static int answer_as_contact(const struct packet *p) {
    int i = contact_at(p->own);
    if (i < 0) return 0;
    if (p->length < 10 || memcmp(p->bytes + p->length - 7, "1:y1:qe", 7) != 0) return 1;
    const unsigned char *t = NULL;
    int t_length = 0; /* ours: the last 1:t in the message, 4 bytes long */
    for (size_t at = p->length - 7; at >= 9 && !t; at--) {
        if (memcmp(p->bytes + at - 9, "1:t4:", 5) == 0) t = p->bytes + at - 4, t_length = 4;
    }
    if (!t) return 1;
    struct packet *a = next_out(p->own, &p->peer);
    text(a, "d");
    text(a, network);
    text(a, "1:rd2:id");
    string(a, contact_ids[i], id_bytes);
    text(a, "5:nodes0:e1:t");
    string(a, t, t_length);
    text(a, "1:y1:re");
    return 1;
}

/* Receives what is there; returns how many were answers to askers, and leaves the last of them in *last. */
static int receive(int timeout_ms, struct packet **last, long *bytes) {
    struct mmsghdr headers[BATCH];
    struct iovec parts[BATCH];
    struct pollfd ready = {fd, POLLIN, 0};
    if (poll(&ready, 1, timeout_ms) <= 0) return 0;
    memset(headers, 0, sizeof headers);
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec) {in[i].bytes, PACKET};
        headers[i].msg_hdr = (struct msghdr) {.msg_name = &in[i].peer, .msg_namelen = sizeof in[i].peer,
            .msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = in[i].control, .msg_controllen = sizeof in[i].control};
    }
    int n = recvmmsg(fd, headers, BATCH, MSG_DONTWAIT, NULL);
    int answers = 0;
    for (int i = 0; i < n; i++) {
        in[i].length = headers[i].msg_len;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&headers[i].msg_hdr); c; c = CMSG_NXTHDR(&headers[i].msg_hdr, c)) {
            if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
                struct in_pktinfo info;
                memcpy(&info, CMSG_DATA(c), sizeof info);
                in[i].own = info.ipi_addr.s_addr;
            }
        }
        /* Questions of the server to askers, which answer none, are passed over. */
        if (!answer_as_contact(&in[i]) && in[i].length > 7
                && memcmp(in[i].bytes + in[i].length - 7, "1:y1:qe", 7) != 0) {
            answers++;
            *bytes += in[i].length;
            if (last) *last = &in[i];
        }
    }
    flush_out();
    return answers;
}

static void serve_contacts(double seconds) {
    long bytes = 0;
    for (double end = now() + seconds; now() < end;) receive(QUIET_MS, NULL, &bytes);
}

/* One answer, or NULL after a second. */
static struct packet *sample(int server, int find_node) {
    struct packet *answer = NULL;
    long bytes = 0;
    ask(server, 0, find_node);
    flush_out();
    for (double end = now() + 1; now() < end && !answer;) receive(QUIET_MS, &answer, &bytes);
    return answer;
}

static void fill(int server, int count, double seconds) {
    struct packet *pong = sample(server, 0);
    char mark[16];
    int mark_length = sprintf(mark, "2:id%d:", id_bytes);
    unsigned char *own = pong ? memmem(pong->bytes, pong->length, mark, mark_length) : NULL;
    if (!own) {
        printf("no answer with an id\n");
        return;
    }
    unsigned char own_id[ID_MAX];
    memcpy(own_id, own + mark_length, id_bytes);
    contacts = count < CONTACTS_MAX ? count : CONTACTS_MAX;
    for (int i = 0; i < contacts; i++) {
        /* 32 ids for each bucket from the outermost: as many as a network of millions has for it, and more than fit */
        int shared = i / 32;
        random_bytes(contact_ids[i], id_bytes);
        for (int bit = 0; bit <= shared && bit < id_bytes * 8; bit++) {
            int mask = 0x80 >> (bit & 7), wanted = own_id[bit >> 3] & mask;
            if (bit == shared) wanted ^= mask;
            contact_ids[i][bit >> 3] = (contact_ids[i][bit >> 3] & ~mask) | wanted;
        }
    }
    double end = now() + seconds;
    for (int round = 0; now() < end; round++) {
        for (int i = 0; i < contacts && now() < end; i += 8) { /* slowly: the server verifies a few at a time */
            for (int j = i; j < i + 8 && j < contacts; j++) question(contact(j), &servers[server], contact_ids[j], 0);
            flush_out();
            serve_contacts(0.02);
        }
    }
    printf("filled\n");
}

static void load(int server, int find_node, int window, double seconds) {
    long answers = 0, questions = 0, bytes = 0, question_bytes = 0;
    int source = 0, under_way = 0;
    double start = now(), end = start + seconds, t = start;
    while (t < end) {
        while (under_way < window) {
            ask(server, source, find_node);
            question_bytes = out[pending_out - 1].length;
            source = (source + 1) % SOURCES;
            under_way++;
            questions++;
        }
        flush_out();
        int n = receive(QUIET_MS, NULL, &bytes);
        answers += n;
        t = now();
        /* all lost after a pause without any */
        under_way = n == 0 ? 0 : under_way - n < 0 ? 0 : under_way - n;
    }
    printf("%ld %ld %.3f %ld %.1f\n", answers, questions, t - start, question_bytes, answers ? (double) bytes / answers : 0);
    long late = 0;
    while (receive(20, NULL, &late) > 0) { }
}

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "load ID_BYTES NETWORK HOST:PORT ...\n");
        return 2;
    }
    id_bytes = atoi(arguments[1]);
    if (id_bytes < 1 || id_bytes > ID_MAX) return 2;
    if (strcmp(arguments[2], "-") != 0) snprintf(network, sizeof network, "2:nw%zu:%s", strlen(arguments[2]), arguments[2]);
    for (int i = 3; i < count && i - 3 < SERVERS_MAX; i++) {
        char *colon = strrchr(arguments[i], ':');
        if (!colon) return 2;
        *colon = 0;
        servers[i - 3] = (struct sockaddr_in) {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
        if (inet_pton(AF_INET, arguments[i], &servers[i - 3].sin_addr) != 1) return 2;
    }
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    int yes = 1, buffer = 4 << 20;
    struct sockaddr_in any = {.sin_family = AF_INET};
    if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &yes, sizeof yes) < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (bind(fd, (struct sockaddr *) &any, sizeof any) < 0) die("bind");

    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0);
    for (;;) {
        struct pollfd command = {0, POLLIN, 0};
        if (poll(&command, 1, 0) <= 0) { /* nothing to do: stay alive as the invented nodes */
            serve_contacts(0.05);
            continue;
        }
        char line[256], kind[32];
        int server, number;
        double seconds;
        if (!fgets(line, sizeof line, stdin)) return 0;
        if (sscanf(line, "fill %d %d %lf", &server, &number, &seconds) == 3) {
            fill(server, number, seconds);
        } else if (sscanf(line, "sample %d %31s", &server, kind) == 2) {
            struct packet *answer = sample(server, strcmp(kind, "find_node") == 0);
            for (size_t i = 0; answer && i < answer->length; i++) printf("%02x", answer->bytes[i]);
            printf("\n");
        } else if (sscanf(line, "load %d %31s %d %lf", &server, kind, &number, &seconds) == 4) {
            load(server, strcmp(kind, "find_node") == 0, number, seconds);
        } else {
            printf("unknown command\n");
        }
    }
}
