/*
 * The protocol of one lane, for spin: two producers, two drains, the sweep, a vendor that lands requests late, and
 * faults: a drain dies or is paused beyond its lease, an answer is lost. `lane-protocol.spec.ts` has every interleaving
 * searched, and each rule taken out once (NO_… and so on, defined for the preprocessor) to see that its absence is found.
 *
 * One contact at one connection. Every SQL clause that matters has a line here, named by file and clause. What a
 * statement does under the locks it holds is one atomic step; what a transaction sees or holds in between is not.
 * Time is abstract: a lease may end whenever it is not certain to last; the only assumption about durations is that of
 * `still_landing` (sweeper.ts): when a rewrite falls due, no request of a lost drain is under way any more.
 *
 * Program: producer 0 changes the contact, then adds an event; producer 1 adds an event, then changes the contact.
 */
#ifndef FAULTS
#define FAULTS 1        /* drains that die or are paused beyond their lease */
#endif
#ifndef LOSSES
#define LOSSES 1        /* answers that get lost */
#endif
#define AT_ONCE 3       /* claim.ts: PENDING_AT_ONCE, less than there is */
#define DELIVERIES 4
#define IDS 5           /* ids of drains, from 1: two, and one more for each fault */

#define BIT(i) (1 << (i))
#define CONTACTS (BIT(0) | BIT(3))
#ifdef ONLY_CONTACTS      /* a smaller world */
#define EVENTS 0
#else
#define EVENTS (BIT(1) | BIT(2))
#endif

mtype = { LIVE, EXPIRED };                                  /* drain.expired */
mtype = { NOW, AT_REWRITE, NEVER };                         /* lane.next_due_at; NEVER: 'infinity', held */
mtype = { NOTHING, WRITE, EVENT };                          /* a request */
mtype = { NONE, OK, REFUSED, LOST };                        /* its answer */

/* Table lane: at most one row, UNIQUE (connection_id, contact_id). */
bool lane;
byte lane_id, tail_seq, drain_id;
mtype next_due_at = NOW;
bool contact_pending, rewrite_after;
byte below;                /* drains in whose watermark's shadow next_due_at lies, a bit each */
byte lane_lock;            /* producer + 1 whose open transaction holds the row */

/* Table delivery. */
byte pending, settled;     /* a bit each */
byte seq[DELIVERIES], of_lane[DELIVERIES], version[DELIVERIES];
byte place[DELIVERIES], places;   /* order of the numbers given, over all lanes of the contact; for the properties only */

/* Table drain. */
mtype row[IDS];
bool lapsed[IDS];          /* expires_at has passed, by the database's clock */
byte ids;

/* Domain: the version of the contact that is wanted; 0: none. */
byte desired;
/* Ledger: what we last wrote, and what was refused. */
byte ledger, refused;

/* The vendor. */
byte there;                /* version of the contact; 0: not there */
byte applied, last_place;  /* events, a bit each; the place of the last one that was new */
bool picky;                /* it refuses version 1 */
mtype asked[IDS], answer[IDS];
byte what[IDS];            /* the version, or the event */
byte faults, losses;

/* Transactions of producers, for the watermark. */
bool adding[2], overlong[2];
byte shadow[2];
bool overlong_lane, overlong_seen;

#define all_settled (settled == (CONTACTS | EVENTS) && !lane)
#define under_way(id, me) (asked[id] != NOTHING && id != me)
#define stale_request(me) (under_way(1, me) || under_way(2, me) || under_way(3, me) || under_way(4, me))

/* What must hold, each named where it is asserted. */
bool a_dead_drain_takes_nothing = true, a_claim_sees_what_is_due = true, settles_only_what_it_holds = true;
bool settles_what_was_written = true, events_arrive_in_order = true;
bool contact_before_events = true, the_vendor_ends_as_wanted = true;

bool finished;             /* everything is settled, and nothing is under way any more */
ltl every_delivery_is_settled { <> finished }

#ifdef RUSHED_REWRITE
#define landed(me) true
#else
#define landed(me) (!stale_request(me))     /* sweeper.ts: still_landing is longer than a request takes */
#endif
#define due(me) (next_due_at == NOW || (next_due_at == AT_REWRITE && landed(me)))

#ifdef HELD_FOR_EVER
#define FREES(i) false
#else
#define FREES(i) (BIT(i) & CONTACTS)
#endif

/* enqueue.ts, ENQUEUE, with the change of the domain in the same transaction. */
inline enqueue(p, i) {
#ifdef WATERMARK
  adding[p] = true;                     /* now() is the beginning of the transaction, before it waits for the lock */
#endif
  atomic {
    /* ON CONFLICT DO UPDATE takes the row lock; a second inserter waits at the unique key */
#ifndef UNLOCKED_NUMBERS
    lane_lock == 0 -> lane_lock = p + 1
#else
    places++; place[i] = places         /* a number from a sequence, ahead of the commit */
#endif
  }
  atomic {
    if
    :: BIT(i) & CONTACTS -> desired++; version[i] = desired
    :: else
    fi;
    if
    :: !lane ->
      lane = true; lane_id++; tail_seq = 0; drain_id = 0; rewrite_after = false; contact_pending = false;
      next_due_at = NOW; below = shadow[p]; overlong_lane = overlong[p]
    :: lane && next_due_at == NEVER && FREES(i) ->              /* held_code IS NOT NULL AND excluded.contact_pending */
      next_due_at = NOW; below = shadow[p]; overlong_lane = overlong[p]
    :: lane && next_due_at == NEVER && !FREES(i)                /* a held lane stays held */
    :: lane && next_due_at != NEVER ->                          /* least(l.next_due_at, now()) */
      next_due_at = NOW; below = below | shadow[p]; overlong_lane = overlong_lane || overlong[p]
    fi;
    contact_pending = contact_pending || ((BIT(i) & CONTACTS) != 0);
    tail_seq++; seq[i] = tail_seq; of_lane[i] = lane_id;
#ifndef UNLOCKED_NUMBERS
    places++; place[i] = places;
    lane_lock = 0;
#endif
    pending = pending | BIT(i);
    adding[p] = false; shadow[p] = 0; overlong[p] = false
  }
}

proctype Producer(byte p) {
#ifdef ONLY_CONTACTS
  if
  :: p == 0 -> enqueue(0, 0)
  :: else -> enqueue(1, 3)
  fi
#else
  if
  :: p == 0 -> enqueue(0, 0); enqueue(0, 1)
  :: else -> enqueue(1, 2); enqueue(1, 3)
  fi
#endif
}

/* The deliveries of the lane with the lowest numbers, AT_ONCE at the most (claim.ts, PENDING: ORDER BY lane_seq LIMIT). */
inline read_pending(into) {
  into = 0;
  i = 0;
  do
  :: i < DELIVERIES ->
    if
    :: (pending & BIT(i)) && of_lane[i] == lane_id -> into = into | BIT(i)
    :: else
    fi;
    i++
  :: else -> break
  od;
  if
  :: into == (BIT(0) | BIT(1) | BIT(2) | BIT(3)) ->                  /* one too many: the last stays for the next claim */
    i = 0;
    do
    :: place[i] == DELIVERIES -> into = into & ~BIT(i); break
    :: else -> i++
    od
  :: else
  fi
}

/* The event of `from` that comes first; DELIVERIES: none. */
inline first_event(from, event) {
  if
  :: (from & EVENTS) == 0 -> event = DELIVERIES
  :: else ->
    if
    :: (from & BIT(1)) && (!(from & BIT(2)) || place[1] < place[2]) -> event = 1
    :: else -> event = 2
    fi
  fi
}

/* The rules that can be taken out, one at a time. */
#ifdef DEAD_DRAIN_CLAIMS
#define HOLDS(me) true
#else
#define HOLDS(me) (row[me] == LIVE)
#endif
#ifdef CLAIMS_WHAT_IS_IN_HAND
#define FREE true
#else
#define FREE (drain_id == 0)
#endif
#ifdef SENDS_WITHOUT_LEASE
#define MAY_SEND(me) true
#else
#define MAY_SEND(me) (!lapsed[me])          /* drain-lease.ts, mayStillSend */
#endif
#if defined(NO_LEASE_CHECK) || defined(LEASE_CHECK_WITHOUT_LOCK)
#define COMPLETES(me) true
#else
#define COMPLETES(me) (row[me] == LIVE)
#endif
#ifdef RELEASES_ANY_LANE
#define MINE(me) true
#else
#define MINE(me) (drain_id == me)           /* complete.ts: l.drain_id IS NOT DISTINCT FROM $3 */
#endif
#ifdef FENCES_BY_NOT_EXISTS
#define FENCE (snapshot == 0)
#else
#define FENCE (tail_seq <= seen)            /* complete.ts: w.done AND l.tail_seq <= w.seen_tail */
#endif
#ifdef HOLDS_IN_SPITE_OF_NEWS
#define HELD_BACK true
#else
#define HELD_BACK (!contact_pending)        /* complete.ts: w.held_code IS NOT NULL AND NOT l.contact_pending */
#endif

#ifdef FORGETS_WHO_IS_THERE
#define is_there true
#else
#define is_there (ledger != 0)              /* lane-run.ts: an event goes only to whom the ledger shows present */
#endif

/* Whether what was read is all that the lane's tail counts (lane-run.ts, seesAll): nothing pending lies behind it. */
inline see_all() {
  sees_all = true;
  i = 0;
  do
  :: i < DELIVERIES ->
    if
#ifndef IGNORES_THE_REST
    :: todo != 0 && (pending & BIT(i)) && of_lane[i] == lane_id && !(todo & BIT(i)) -> sees_all = false
#endif
    :: else
    fi;
    i++
  :: else -> break
  od
}

#define wants_write ((todo & CONTACTS) || rewriting || (!is_there && (todo & EVENTS)))

/* lane-run.ts, planContact */
inline plan() {
  if
  :: want == 0 -> done = todo; step = NOTHING             /* absent: events are discarded */
  :: else ->
    if
    :: !wants_write -> step = EVENT
    :: else ->
      if
      :: !(todo & CONTACTS) && !rewriting && refused == want && sees_all ->
        held = true; step = NOTHING                        /* the same refusal again would teach nothing */
      :: else -> step = WRITE
      fi
    fi
  fi;
  next_event()
}

inline next_event() {
  if
  :: step == EVENT ->
    first_event(todo & ~done, event);
    if
    :: event == DELIVERIES -> step = NOTHING; event = 0
    :: else
    fi
  :: else
  fi
}

inline forget() {
  seen = 0; todo = 0; want = 0; done = 0; wrote = 0; refusal = 0; event = 0; i = 0; step = NOTHING;
  rewriting = false; held = false; sees_all = false; has_settled = false
}

proctype Drain() {
  byte me, i, event;
  byte seen, todo, want, done;      /* tail_seq at the claim; deliveries read; desired state read; what is to be settled */
  byte wrote, refusal;
  mtype step;
  bool rewriting, held, sees_all, has_settled, gone;
#ifdef FENCES_BY_NOT_EXISTS
  byte snapshot;
#endif

fresh:
  /* Whoever lost its lease, or died and was started again, comes back under another id; its row comes with its first lane. */
  atomic { ids++; me = ids; forget() }

claim:
#ifdef DESIRED_BEFORE_TAIL
  want = desired;
#endif
#ifdef PENDING_BEFORE_LOCK
  atomic { lane -> read_pending(todo); i = 0 }
#endif
  if
  :: all_settled -> goto end
  :: atomic {
      /* drain-loop.ts, claim: holdDrain or else openDrain, claimLanes, then what is pending, the ledger and the desired state. The row lock
         is kept to the commit, so nothing is added to this lane in between. */
      (row[me] == 0 || HOLDS(me)) &&                       /* drain.ts, holdDrain: NOT expired */
      FREE &&                                              /* claim.ts: drain_id IS NULL */
      lane && due(me) &&                                   /* claim.ts: next_due_at <= now() */
      !(below & BIT(me)) &&                                /* claim.ts: next_due_at >= $4, the watermark */
      lane_lock == 0 ->                                    /* claim.ts: FOR UPDATE SKIP LOCKED */
      if
      :: row[me] == 0 -> row[me] = LIVE                    /* drain.ts, openDrain, in the same transaction */
      :: else
      fi;
      a_dead_drain_takes_nothing = (row[me] == LIVE);
      assert(a_dead_drain_takes_nothing);
      drain_id = me;
      rewriting = rewrite_after && landed(me);             /* claim.ts: rewrite_after - now() */
#ifndef KEEPS_CONTACT_PENDING
      contact_pending = false;                             /* claim.ts: SET contact_pending = false */
#endif
      seen = tail_seq;                                     /* claim.ts: RETURNING l.tail_seq */
#ifndef PENDING_BEFORE_LOCK
      read_pending(todo);
#endif
      see_all();
#ifndef DESIRED_BEFORE_TAIL
      want = desired;
#endif
      plan();
      i = 0
    }
#ifdef WATERMARK
  :: atomic {
      /* In the shadow of the watermark although its transaction was short enough: a claim that looks passes it over. */
      row[me] != EXPIRED && lane && due(me) && drain_id == 0 && lane_lock == 0 && (below & BIT(me)) && !overlong_lane ->
      a_claim_sees_what_is_due = false;
      assert(a_claim_sees_what_is_due)
    }
#ifndef NO_UNBOUNDED_CLAIM
  :: atomic {
      /* watermark.ts: every 30 seconds one claim starts from '-infinity' */
      lane && drain_id == 0 && (below & BIT(me)) && overlong_lane -> below = below & ~BIT(me)
    }
    goto claim
#endif
#endif
  :: row[me] == EXPIRED -> goto fresh                      /* drain-lease.ts, lose */
  fi;

work:
  if
  :: step == NOTHING -> goto complete
  :: atomic {
      step != NOTHING && MAY_SEND(me) ->
      asked[me] = step;
      if
      :: step == WRITE -> what[me] = want
      :: else -> what[me] = event
      fi
    }
  :: step != NOTHING && !MAY_SEND(me) -> goto fresh
  fi;
  if
  :: atomic {
      answer[me] == OK -> answer[me] = NONE;
      if
      :: step == WRITE -> wrote = want; done = done | (todo & CONTACTS); step = EVENT
      :: else -> done = done | BIT(event)
      fi;
      next_event()
    }
    goto work
  :: atomic {
      answer[me] == REFUSED -> answer[me] = NONE;          /* settles, and is held if events wait behind it */
      refusal = want; done = done | (todo & CONTACTS); held = ((todo & EVENTS) != 0); step = NOTHING
    }
  :: atomic {
      answer[me] == LOST -> answer[me] = NONE;             /* tried again later */
      if
      :: step == WRITE -> rewriting = false
      :: else
      fi;
      sees_all = false; step = NOTHING
    }
  :: lapsed[me] -> goto fresh                              /* the request is aborted; it may land all the same */
  fi;

complete:
#ifdef LEASE_CHECK_WITHOUT_LOCK
  row[me] == LIVE;
#endif
#ifdef FENCES_BY_NOT_EXISTS
  snapshot = pending & ~done;                              /* what RELEASE sees of other tables, before it has the row */
#endif
  if
  :: atomic {
      /* completer.ts: one transaction; the sweep waits for the lock on the drain's row until its end */
      COMPLETES(me) ->                                     /* drain.ts, holdDrain: NOT expired … FOR KEY SHARE */
      if
      :: !has_settled ->
        /* complete.ts, SETTLE; what it says of a lane is true only of one that it still holds */
        settles_only_what_it_holds = (lane && drain_id == me);
        assert(settles_only_what_it_holds);
        settles_what_was_written =
          (!(done & BIT(0)) || want >= version[0]) && (!(done & BIT(3)) || want >= version[3]);
        assert(settles_what_was_written);
        settled = settled | (done & pending);              /* history takes what the delete returned */
        pending = pending & ~done;
        if
        :: wrote != 0 -> ledger = wrote; refused = 0
        :: wrote == 0 && refusal != 0 -> refused = refusal
        :: wrote == 0 && refusal == 0
        fi;
        has_settled = true
      :: else
      fi;
      if
      :: lane_lock != 0                                    /* FOR UPDATE SKIP LOCKED: asked again */
      :: lane_lock == 0 && !(lane && MINE(me)) -> forget()
      :: lane_lock == 0 && lane && MINE(me) ->
        if
        :: rewriting -> rewrite_after = false              /* rewrite_after = CASE WHEN w.rewritten THEN NULL */
        :: else
        fi;
        gone = sees_all && !held && !rewrite_after && FENCE;
        drain_id = 0; below = 0; overlong_lane = false;
        if
        :: gone -> lane = false
        :: !gone && held && HELD_BACK -> next_due_at = NEVER
        :: !gone && !(held && HELD_BACK) && (held || tail_seq > seen || !sees_all || !rewrite_after) ->
          next_due_at = NOW                                /* held_code … OR done OR has_news: now() */
        :: !gone && !(held && HELD_BACK) && !(held || tail_seq > seen || !sees_all || !rewrite_after) ->
          next_due_at = AT_REWRITE                         /* now() + due_in_ms */
        fi;
        gone = false;
        forget()
      fi
    }
  :: !(COMPLETES(me)) -> goto fresh
  fi;
  if
  :: has_settled -> lane_lock == 0; goto complete          /* completer.ts: a busy lane is tried again */
  :: !has_settled -> goto claim
  fi;

end:
  skip
}

/* engine/sweeper.ts, and the function sweep_expired_drains (migration 27). */
#ifdef FREES_WITHOUT_MARK
#define expired(d) (lapsed[d])
#else
#define expired(d) (row[d] == EXPIRED)
/* UPDATE drain SET expired = true WHERE NOT expired AND expires_at < now() … FOR UPDATE SKIP LOCKED */
#define MARK(d) :: atomic { row[d] == LIVE && lapsed[d] -> row[d] = EXPIRED }
#endif

proctype Sweep() {
end:
  do
#ifndef FREES_WITHOUT_MARK
  MARK(1)
  MARK(2)
  MARK(3)
  MARK(4)
#endif
#ifndef NO_SWEEP
  :: atomic {
      /* UPDATE lane SET drain_id = NULL, next_due_at = now(), rewrite_after = … FOR UPDATE OF l SKIP LOCKED */
      lane && drain_id != 0 && expired(drain_id) && lane_lock == 0 ->
      drain_id = 0; next_due_at = NOW;
#ifndef SWEEP_KEEPS_DUE
      below = 0; overlong_lane = false;
#endif
#ifndef NO_REWRITE
      rewrite_after = true
#endif
    }
#else
  :: false
#endif
  od
}

#include "lane-surroundings.pml"
