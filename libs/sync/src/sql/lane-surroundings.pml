/* What surrounds a lane (lane-protocol.pml includes this): time, the vendor, and how it all begins and ends. */

#define alive(d) (row[d] == LIVE && !lapsed[d])

/* A drain's lease ends although it may still do something: paused, cut off from the database, or dead. */
#define LAPSE(d) :: atomic { faults < FAULTS && alive(d) -> faults++; lapsed[d] = true }

/* The watermark of a drain rises, because it claimed other lanes of the connection (claim.ts: next_due_at of the first
   minus five seconds, now and then minus 30, for transactions that stay open for so long). What is left in its shadow: */
#define RISE(d) \
  :: atomic { row[d] == LIVE && adding[0] && !(shadow[0] & BIT(d)) && SHADOWED(0) -> shadow[0] = shadow[0] | BIT(d) } \
  :: atomic { row[d] == LIVE && adding[1] && !(shadow[1] & BIT(d)) && SHADOWED(1) -> shadow[1] = shadow[1] | BIT(d) } \
  :: atomic { row[d] == LIVE && lane && drain_id != 0 && drain_id != d && !(below & BIT(d)) -> below = below | BIT(d) }
#ifdef NO_GRACE
#define SHADOWED(p) true
#else
#define SHADOWED(p) overlong[p]
#endif

proctype Time() {
end:
  do
  LAPSE(1)
  LAPSE(2)
  LAPSE(3)
#ifdef WATERMARK
  :: atomic { adding[0] && !overlong_seen -> overlong_seen = true; overlong[0] = true }
  :: atomic { adding[1] && !overlong_seen -> overlong_seen = true; overlong[1] = true }
  RISE(1)
  RISE(2)
  RISE(3)
  RISE(4)
#endif
  od
}

inline land(d) {
  if
  :: asked[d] == WRITE && picky && what[d] == 1 -> answer[d] = REFUSED
  :: asked[d] == WRITE && !(picky && what[d] == 1) -> there = what[d]; answer[d] = OK
  :: asked[d] == EVENT ->
    contact_before_events = (there != 0);
    assert(contact_before_events);
    if
    :: !(applied & BIT(what[d])) ->
      events_arrive_in_order = (place[what[d]] > last_place);
      assert(events_arrive_in_order);
      applied = applied | BIT(what[d]); last_place = place[what[d]]
    :: else
    fi;
    answer[d] = OK
  fi
}

/* It applies a request and says so; or nobody hears of it, applied or not. Of a lost drain nobody listens. */
#define SERVE(d) \
  :: atomic { asked[d] != NOTHING -> land(d); over(d) } \
  :: atomic { asked[d] != NOTHING && losses < LOSSES && alive(d) -> losses++; land(d); answer[d] = LOST; over(d) } \
  :: atomic { asked[d] != NOTHING && losses < LOSSES && alive(d) -> losses++; answer[d] = LOST; over(d) } \
  :: atomic { asked[d] != NOTHING && !alive(d) -> over(d) }

inline over(d) {
  asked[d] = NOTHING; what[d] = 0;
  if
  :: !alive(d) -> answer[d] = NONE
  :: else
  fi
}

proctype Vendor() {
end:
  do
  SERVE(1)
  SERVE(2)
  SERVE(3)
  SERVE(4)
  od
}

init {
  atomic {
    byte d = 1;
    do
    :: d < IDS -> asked[d] = NOTHING; answer[d] = NONE; d++
    :: else -> break
    od;
    d = 0;
    if
    :: picky = true
    :: picky = false
    fi;
    run Producer(0); run Producer(1); run Drain(); run Drain(); run Sweep(); run Time(); run Vendor()
  }
  atomic {
    all_settled && !stale_request(0) ->
    the_vendor_ends_as_wanted = (there == desired);
    assert(the_vendor_ends_as_wanted);
    finished = true
  }
}
