#!/usr/bin/env python3
"""Follows every relative link of every committed Markdown page; prints those that lead nowhere."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout.decode()
files = {root / name for name in listed.split("\0") if name}
folders = {parent for file in files for parent in file.parents}
link = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
fence = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def anchors(page: pathlib.Path) -> set[str]:
    found = set()
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            title = re.sub(r"[`*_]", "", line.lstrip("#").strip().lower())
            found.add(re.sub(r"[^\w\- ]", "", title).replace(" ", "-"))
    return found


broken = []
for page in sorted(file for file in files if file.suffix == ".md"):
    if not page.exists():
        continue
    for match in link.finditer(fence.sub("", page.read_text(encoding="utf-8"))):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        if goal not in files and goal not in folders:
            broken.append(f"{page.relative_to(root)}: {target}: there is no such file in the repository")
        elif anchor and goal.suffix == ".md" and anchor not in anchors(goal):
            broken.append(f"{page.relative_to(root)}: {target}: there is no such heading")

print("\n".join(broken) or "Every link leads somewhere.")
sys.exit(1 if broken else 0)
