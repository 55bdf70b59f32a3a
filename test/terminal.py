"""Runs a program on a pseudo-terminal and answers its prompts.

Reads one JSON object from stdin: {"command": [...], "columns": n, "rows": n, "script": [[expected, answer], ...]}.
Waits for each expected text in what the program has written since the last answer, then types the answer. The last
pair repeats until the program ends. Prints {"status": n, "output": text}.
"""
import fcntl, json, os, pty, select, struct, sys, termios, time

job = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm-256color"
    os.execv(job["command"][0], job["command"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", job["rows"], job["columns"], 0, 0))
output = b""
seen = 0
step = 0
deadline = time.monotonic() + job.get("seconds", 120)
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 1)
    if ready:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    expected, answer = job["script"][min(step, len(job["script"]) - 1)]
    at = output.find(expected.encode(), seen)
    if at >= 0:
        seen = at + len(expected.encode())
        os.write(terminal, answer.encode())
        step += 1
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
json.dump({"status": os.waitstatus_to_exitcode(status), "output": output.decode("utf8", "replace")}, sys.stdout)
