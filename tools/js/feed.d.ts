// What Socket.IO sends as `state`, by namespace, where that is more than the API answers: see display/feed.py.

declare namespace Feed {
  type Hall = Api.HallOut & {
    boards: Array<{ id: string; connected: number }>;
    kiosks: Array<{ id: string; answers: boolean }>;
  };
  type Call = Pick<
    Api.CallOut,
    "seq" | "at" | "recall" | "number" | "counter" | "counter_name" | "area" | "say" | "audio"
  >;
  type Test = { test: "call" | "picture"; say: Record<string, string>; audio: Record<string, string> };
  /** A ticket that is over has its id and state alone. */
  type Turn = { counter: string; card: Api.CounterCardOut | null };
  type States = { "/board": Api.BoardOut; "/staff": Hall; "/ticket": Api.TicketOut; "/card": Turn };
}
