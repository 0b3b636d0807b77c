"""Dreams once over HTTP: python3 worker.py http://127.0.0.1:7332 /path/to/.dreamkeeper.token [prefix]"""
import json, sys, time, urllib.error, urllib.request

url, token_file, prefix = (sys.argv[1:] + ["dream"])[:3]
headers = {"Authorization": "Bearer " + open(token_file, encoding="utf-8").read().strip(), "Content-Type": "application/json"}


def ask(action, body={}, lock={}):
    """Asks an actor. What it refuses ends the dream, or the worker."""
    request = urllib.request.Request(f"{url}/api/{prefix}/{action}", json.dumps(body).encode(), headers | lock)
    try:
        return json.load(urllib.request.urlopen(request, timeout=60))
    except urllib.error.HTTPError as refused:
        sys.exit(f"{action}: {json.load(refused)['message']}")


if not (gates := ask("state/gates", {"pendingTasks": 0}))["open"]:
    sys.exit("no dream: " + gates["closed"]["reason"])
if not (grant := ask("lock/tryAcquire", {"owner": "worker.py", "leaseMs": 60_000}))["acquired"]:
    sys.exit("no dream: another one is under way")
lock, seen = {"Dreamkeeper-Token": str(grant["token"])}, ask("state/read")["curationsSinceDream"]
kept = {"type": "PRUNE", "action": "KEEP", "file": "a.md", "reason": "still right", "needsReview": False}
entry = {"id": ask("log/nextId")["id"], "startedAt": int(time.time() * 1000), "trigger": "cli", "operations": [kept],
         "summary": {"consolidated": 0, "synthesized": 0, "pruned": 0, "flaggedForReview": 0, "errors": 0}}
try:
    ask("log/save", entry | {"status": "processing"}, lock)
    # The work itself, on record before the deed. Renewals keep the lock, and say when to stop.
    cancel = ask("lock/renew", {"leaseMs": 60_000}, lock).get("cancel")
    entry |= {"status": "partial", "abortReason": cancel} if cancel else {"status": "completed"}
except BaseException as failure:
    entry |= {"status": "error", "error": str(failure)}
# Whoever has lost the lock is refused here; the log ends his entry by itself.
ask("log/save", entry | {"completedAt": int(time.time() * 1000)}, lock)
if entry["status"] != "completed":
    ask("lock/rollback", {}, lock)
    sys.exit(f"{entry['status']} {entry['id']}: {entry.get('abortReason') or entry['error']}")
ask("state/recordDream", {"logId": entry["id"], "curationsSeen": seen}, lock)
ask("lock/release", {}, lock)
print("dreamt " + entry["id"])
