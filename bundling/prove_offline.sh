#!/bin/sh
# Proves a bundle:  sh bundling/prove_offline.sh dist/yinfeng-VERSION-bundle.tar
# In a namespace without network, in an empty folder with an empty home, it installs and serves the demo city.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 BUNDLE.tar" >&2; exit 2; }
BUNDLE=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
PYTHON=${PYTHON:-$(command -v python3.11 || command -v python3)}
PYTHON=$("$PYTHON" -c 'import os, sys; print(os.path.realpath(sys._base_executable))')
PLACE=$(mktemp -d)
trap 'rm -rf "$PLACE"' EXIT
mkdir "$PLACE/home"
cat > "$PLACE/inside.sh" <<'INSIDE'
set -eu
BEGAN=$(date +%s)
ip link set lo up
if [ "$(ip -o link show | grep -vc ' lo:')" != 0 ] && ip route get 192.0.2.1 >/dev/null 2>&1; then
    echo "there is a network here: nothing would be proved" >&2; exit 1
fi
tar -xf "$BUNDLE" -C "$PLACE"
sh "$PLACE"/yinfeng-*-bundle/install.sh "$PLACE/installed"
echo "installed after $(($(date +%s) - BEGAN)) s"
export PATH="$PLACE/installed/current/bin:/usr/bin:/bin" YINFENG_HOME="$PLACE/data" PORT=8123 WEB_WORKERS=1
yinfeng migrate --verbosity 0
yinfeng setup
yinfeng demo --projects 6 2>/dev/null | head -n 1
yinfeng backup
yinfeng serve > "$PLACE/serve.log" 2>&1 &
SERVER=$!
python - <<'FETCH'
import re, time, urllib.request

def get(path):
    with urllib.request.urlopen(f"http://127.0.0.1:8123{path}", timeout=10) as answer:
        return answer.status, answer.read()

for _try in range(120):
    try:
        get("/healthz")
        break
    except OSError:
        time.sleep(0.5)
status, page = get("/accounts/login/")
text = page.decode()
assert status == 200 and "引凤" in text, text[:300]
assets = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', text)
assert len(assets) >= 3, assets
for asset in assets:
    status, content = get(asset)
    assert status == 200 and len(content) > 50, (asset, status)
print(f"first page {len(page):,} bytes, {len(assets)} style sheets and scripts, ready: {get('/readyz')[1].decode()}")
FETCH
kill "$SERVER"
wait "$SERVER" || true
yinfeng doctor | tail -n 1
du -sm "$PLACE/installed" | cut -f1 | sed 's/$/ MB installed/'
echo "proved without network in $(($(date +%s) - BEGAN)) s"
INSIDE
SHIELD="unshare -n"
[ "$(id -u)" = 0 ] || SHIELD="unshare -r -n"
$SHIELD env -i PLACE="$PLACE" BUNDLE="$BUNDLE" HOME="$PLACE/home" PYTHON="$PYTHON" PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    sh "$PLACE/inside.sh"
