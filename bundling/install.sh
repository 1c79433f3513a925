#!/bin/sh
# Installs Yinfeng from this bundle, without any network:  sh install.sh FOLDER
# 从本安装包离线安装引凤：sh install.sh 目录。再次运行同一目录即升级，数据不动。
set -eu
umask 022

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

[ $# -eq 1 ] || { say "用法：sh install.sh 目录（例如 /opt/yinfeng）" >&2; exit 2; }
HERE=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
TARGET=$(cd "$1" && pwd)

# Python 3.11, whose wheels these are; PYTHON names another place.
if [ -z "${PYTHON:-}" ]; then
    for PYTHON in python3.11 python3; do command -v "$PYTHON" >/dev/null 2>&1 && break; done
fi
"$PYTHON" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
    || stop "需要 Python 3.11（Python 3.11 is needed）。已装在别处时：PYTHON=/路径/python3.11 sh install.sh $1"
"$PYTHON" -c 'import venv, ensurepip' 2>/dev/null \
    || stop "这个 Python 没有 venv 与 ensurepip，请安装 python3.11-venv（the venv module is missing）"

MACHINE=$(uname -m)
[ -d "$HERE/wheels/$MACHINE" ] || stop "本安装包没有适合 $MACHINE 的文件，只有：$(cd "$HERE/wheels" && echo *)"

say "校验文件（checking files）…"
(cd "$HERE" && sha256sum --check --quiet SHA256SUMS) || stop "文件与 SHA256SUMS 不符：安装包损坏，请重新拷贝。"

VERSION=$("$PYTHON" -c 'import json, sys; m = json.load(open(sys.argv[1])); print(m["product"] + "-" + m["commit"])' "$HERE/MANIFEST.json")
NEW="$TARGET/environments/$VERSION"
say "安装到 $NEW …"
rm -rf "$NEW.part" && mkdir -p "$TARGET/environments"
"$PYTHON" -m venv --clear "$NEW.part"
PIP_CONFIG_FILE=/dev/null "$NEW.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-cache-dir \
    --find-links "$HERE/wheels/any" --find-links "$HERE/wheels/$MACHINE" --require-hashes --requirement "$HERE/requirements.txt"
PIP_CONFIG_FILE=/dev/null "$NEW.part/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-cache-dir --no-deps \
    "$HERE"/wheels/any/yinfeng-*.whl
rm -rf "$NEW" && mv "$NEW.part" "$NEW"
# A virtual environment knows its own place: let its programs begin with the place it has now.
grep -rlI "^#!$NEW.part/" "$NEW/bin" | while read -r program; do sed -i "1s|$NEW.part/|$NEW/|" "$program"; done
ln -sfn "environments/$VERSION" "$TARGET/current"

say "完成（done）：$TARGET/current/bin/yinfeng"
say "接下来见 $HERE/docs/install.md 第 3 节：配置、migrate、setup、serve。升级则：yinfeng backup，再 yinfeng migrate。"
