"""Dreams once over HTTP: python3 worker.py http://127.0.0.1:7332 /path/to/.dreamkeeper.token [prefix]"""
import json, sys, time, urllib.error, urllib.request, uuid

url, token_file, prefix = (sys.argv[1:] + ["dream"])[:3]
bearer = "Bearer " + open(token_file, encoding="utf-8").read().strip()


def ask(action, body=None, token=None):
    """Asks an actor; the same key makes a repetition after a lost answer harmless."""
    headers = {"Authorization": bearer, "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    if token:
        headers["Dreamkeeper-Token"] = str(token)
    data = json.dumps(body or {}).encode()
    request = urllib.request.Request(f"{url}/api/{prefix}/{action}", data, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{action}: {json.load(refused)['message']}") from None


gates = ask("state/gates", {"pendingTasks": 0})
if not gates["open"]:
    raise SystemExit("no dream: " + gates["closed"]["reason"])
grant = ask("lock/tryAcquire", {"owner": "worker.py", "leaseMs": 60_000})
if not grant["acquired"]:
    raise SystemExit("no dream: another one is under way")
token, seen = grant["token"], ask("state/read")["curationsSinceDream"]
try:
    entry = {"id": ask("log/nextId")["id"], "startedAt": int(time.time() * 1000), "trigger": "cli", "status": "processing",
             "operations": [], "summary": dict.fromkeys(("consolidated", "synthesized", "pruned", "flaggedForReview", "errors"), 0)}
    ask("log/save", entry, token)
    # The work itself. Each operation is on record before the deed; a lock/renew in time keeps the lock.
    kept = {"type": "PRUNE", "action": "KEEP", "file": "a.md", "reason": "still right", "needsReview": False}
    ask("log/append", {"id": entry["id"], "operations": [kept]}, token)
    entry.update(status="completed", completedAt=int(time.time() * 1000), operations=[kept])
    ask("log/save", entry, token)
    ask("state/recordDream", {"logId": entry["id"], "completedAt": entry["completedAt"], "curationsSeen": seen}, token)
except BaseException:
    ask("lock/rollback", token=token)
    raise
ask("lock/release", token=token)
print("dreamt " + entry["id"])
