// Dreams once over HTTP: node worker.mjs http://127.0.0.1:7332 /path/to/.dreamkeeper.token [prefix]
import { readFileSync } from "node:fs";

const [url, tokenFile, prefix = "dream"] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}`, "Content-Type": "application/json" };
process.on("uncaughtException", ({ message }) => { console.error(message); process.exit(1); });

/** Asks an actor. What it refuses ends the dream, or the worker. */
async function ask(action, body = {}, token = null) {
  const all = token ? { ...headers, "Dreamkeeper-Token": String(token) } : headers;
  const answer = await fetch(`${url}/api/${prefix}/${action}`, { method: "POST", headers: all, body: JSON.stringify(body) });
  if (answer.ok) return answer.json();
  throw new Error(`${action}: ${(await answer.json()).message}`);
}

const gates = await ask("state/gates", { pendingTasks: 0 });
if (!gates.open) throw new Error(`no dream: ${gates.closed.reason}`);
const { acquired, token } = await ask("lock/tryAcquire", { owner: "worker.mjs", leaseMs: 60_000 });
if (!acquired) throw new Error("no dream: another one is under way");
const { curationsSinceDream: curationsSeen } = await ask("state/read");
const kept = { type: "PRUNE", action: "KEEP", file: "a.md", reason: "still right", needsReview: false };
const entry = { ...(await ask("log/nextId")), startedAt: Date.now(), trigger: "cli", operations: [kept],
  summary: { consolidated: 0, synthesized: 0, pruned: 0, flaggedForReview: 0, errors: 0 } };

async function work() {
  await ask("log/save", { ...entry, status: "processing" }, token);
  // The work itself, on record before the deed. Renewals keep the lock, and say when to stop.
  const { cancel } = await ask("lock/renew", { leaseMs: 60_000 }, token);
  return cancel ? { status: "partial", abortReason: cancel } : { status: "completed" };
}

Object.assign(entry, await work().catch((failure) => ({ status: "error", error: failure.message })));
// Whoever has lost the lock is refused here; the log ends his entry by itself.
await ask("log/save", { ...entry, completedAt: Date.now() }, token);
const done = entry.status === "completed";
if (done) await ask("state/recordDream", { logId: entry.id, curationsSeen }, token);
await ask(done ? "lock/release" : "lock/rollback", {}, token);
if (!done) throw new Error(`${entry.status} ${entry.id}: ${entry.abortReason ?? entry.error}`);
console.log(`dreamt ${entry.id}`);
