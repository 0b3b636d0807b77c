// Dreams once over HTTP: node worker.mjs http://127.0.0.1:7332 /path/to/.dreamkeeper.token [prefix]
import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";

const [url, tokenFile, prefix = "dream"] = process.argv.slice(2);
const bearer = `Bearer ${readFileSync(tokenFile, "utf8").trim()}`;

/** Asks an actor; the same key makes a repetition after a lost answer harmless. */
async function ask(action, body = {}, token = undefined) {
  const headers = { Authorization: bearer, "Content-Type": "application/json", "Idempotency-Key": randomUUID() };
  if (token !== undefined) headers["Dreamkeeper-Token"] = String(token);
  const answer = await fetch(`${url}/api/${prefix}/${action}`, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(`${action}: ${told.message}`);
  return told;
}

async function dream() {
  const gates = await ask("state/gates", { pendingTasks: 0 });
  if (!gates.open) return `no dream: ${gates.closed.reason}`;
  const { acquired, token } = await ask("lock/tryAcquire", { owner: "worker.mjs", leaseMs: 60_000 });
  if (!acquired) return "no dream: another one is under way";
  const { curationsSinceDream: curationsSeen } = await ask("state/read");
  const summary = { consolidated: 0, synthesized: 0, pruned: 0, flaggedForReview: 0, errors: 0 };
  const { id } = await ask("log/nextId");
  const entry = { id, startedAt: Date.now(), trigger: "cli", status: "processing", operations: [], summary };
  try {
    await ask("log/save", entry, token);
    // The work itself. Each operation is on record before the deed; a lock/renew in time keeps the lock.
    const kept = { type: "PRUNE", action: "KEEP", file: "a.md", reason: "still right", needsReview: false };
    await ask("log/append", { id, operations: [kept] }, token);
    const completedAt = Date.now();
    await ask("log/save", { ...entry, status: "completed", completedAt, operations: [kept] }, token);
    await ask("state/recordDream", { logId: id, completedAt, curationsSeen }, token);
  } catch (failure) {
    await ask("lock/rollback", {}, token);
    throw failure;
  }
  await ask("lock/release", {}, token);
  return `dreamt ${id}`;
}

try {
  console.log(await dream());
} catch (failure) {
  console.error(failure.message);
  process.exitCode = 1;
}
