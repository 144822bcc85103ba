import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";

/** Texts of 60, 40, 20 and 80 characters. */
const partLengths = new Map([
  ["question", 60],
  ["order", 40],
  ["answer", 20],
  ["system", 80],
]);

// boss reads the user's question and writes an order; helper reads its instructions and the order, writes an answer;
// boss reads question, its own order and the answer.
const delegation = `
  agent boss 0-100 reads=question
    llm plan 0-10 in=60 out=40 cost=160 costin=120 reads=question writes=order
    tool ask 10-60 reads=order writes=answer
      agent helper 20-50 reads=order writes=answer
        llm work 20-50 in=120 out=20 cost=300 costin=240 reads=system,order writes=answer
    llm finish 60-90 in=120 out=10 cost=260 costin=240 reads=question,order,answer
`;

test("tokens of others' words are read by their share of each input and written by their share of each output", () => {
  const { communication } = new Analysed(delegation, { partLengths }).analysis;
  // read: helper 120 × 40/120 = 40, boss 120 × 20/120 = 20; written: boss 40 × 40/40 = 40, helper 20 × 20/20 = 20
  assert.equal(communication.tokens, 120);
  assert.equal(communication.shareOfTokens, 120 / (60 + 40 + 120 + 20 + 120 + 10));
  // read: 240 × 1/3 = 80, 240 × 1/6 = 40; written: 40 and 60
  assert.equal(communication.costNano, 80 + 40 + 40 + 60);
  assert.equal(communication.shareOfCost, 220 / 720);
});

test("an edge sums its messages", () => {
  const { communication } = new Analysed(delegation, { partLengths }).analysis;
  const [there, back] = communication.edges;
  assert.deepEqual([there?.from, there?.to, there?.count, there?.kinds], ["boss", "helper", 1, { delegate: 1 }]);
  assert.deepEqual([there?.bytes, there?.tokens, there?.transitP50], [40, 80, 10e6]);
  assert.deepEqual([back?.from, back?.to, back?.bytes, back?.tokens], ["helper", "boss", 20, 40]);
});

test("a message's own tokens are what writing it took", () => {
  const messages = new Analysed(delegation, { partLengths }).analysis.messages;
  assert.deepEqual(
    messages.filter(({ evidence }) => evidence === "M4").map(({ tokens, costNano }) => [tokens, costNano]),
    [
      [40, 40],
      [20, 60],
    ],
  );
});

test("a text that is sent again is read again", () => {
  const twice = new Analysed(
    `
    agent boss 0-100
      tool ask 10-60 writes=answer
        agent helper 20-50 writes=answer
          llm work 20-50 in=1 out=20 writes=answer
      llm first 60-70 in=40 reads=question,answer
      llm second 70-80 in=40 reads=question,answer
  `,
    { partLengths },
  ).analysis;
  assert.equal(twice.communication.tokens, 10 + 10 + 20);
});

test("a message whose text stands in no call word for word is written by its sender's last call", () => {
  const run = new Analysed(
    `
    agent boss 0-100
      llm plan 0-10 in=10 out=40 writes=system
      tool ask 10-60 reads=order
        agent helper 20-50
          llm work 20-50 in=10 out=5 reads=system
  `,
    { partLengths },
  ).analysis;
  // 40 of 80 written characters; helper reads all 80 of what the boss wrote.
  assert.equal(run.messages.find(({ kind }) => kind === "delegate")?.tokens, 13);
  assert.equal(run.communication.edges[0]?.tokens, 10 + 40);
});

test("without captured content the figures are absent and not 0", () => {
  for (const rest of [{}, { partLengths: new Map<string, number>() }]) {
    const { communication, messages } = new Analysed(delegation, rest).analysis;
    assert.deepEqual(
      [communication.shareOfTokens, communication.tokens, communication.shareOfCost],
      [undefined, undefined, undefined],
    );
    assert.equal(communication.edges[0]?.tokens, undefined);
    assert.equal(messages.find(({ kind }) => kind === "delegate")?.bytes, undefined);
  }
});

test("what calls used that say neither tokens nor price is unknown and not 0", () => {
  const silent = new Analysed(delegation.replaceAll(/ (?:in|out|cost|costin)=\d+/g, ""), { partLengths }).analysis;
  const { tokens, shareOfTokens, costNano, shareOfCost, edges } = silent.communication;
  assert.deepEqual([tokens, shareOfTokens, costNano, shareOfCost], [undefined, undefined, undefined, undefined]);
  assert.deepEqual([edges[0]?.bytes, edges[0]?.tokens, edges[0]?.costNano], [40, undefined, undefined]);
  // Only a call that has nothing to do with the messages has a price.
  const other = `${delegation.replaceAll(/ (?:cost|costin)=\d+/g, "")}    llm aside 90-95 in=1 cost=5 costsource=table\n`;
  const { communication } = new Analysed(other, { partLengths }).analysis;
  assert.equal(communication.tokens, 120);
  assert.deepEqual([communication.costNano, communication.shareOfCost], [undefined, undefined]);
});

test("tokens of messages whose content nobody saw are unknown, those of others are not", () => {
  const { communication } = new Analysed(
    `
    agent boss 0-100
      llm plan 0-10 in=60 out=40 reads=question writes=order
      tool ask 10-60 reads=order
        agent helper 20-50 reads=order
          llm work 20-50 in=120 out=20 reads=order
  `,
    { partLengths },
  ).analysis;
  const [there, back] = communication.edges;
  assert.deepEqual([there?.to, there?.tokens], ["helper", 120 + 40]);
  assert.deepEqual([back?.to, back?.count, back?.bytes, back?.tokens], ["boss", 1, undefined, undefined]);
});

test("a single agent has nobody to talk to", () => {
  const { communication, figures } = new Analysed("agent solo 0-100\n  llm call 0-90 in=5 out=5").analysis;
  assert.deepEqual([communication.shareOfTokens, communication.shareOfTime, communication.tokens], [0, 0, 0]);
  assert.equal(figures.communicationShareOfTokens, 0);
});

test("a call's messages may stand on its parent", () => {
  const run = new Analysed(
    `
    agent boss 0-100
      tool ask 10-60 writes=answer
        agent helper 20-50 writes=answer
          llm work 20-50 in=1 out=20 writes=answer
      step turn 60-90 reads=question,answer
        llm call 60-90 in=40 inputAt=parent
  `,
    { partLengths },
  );
  assert.equal(run.analysis.communication.tokens, 10 + 20);
});
