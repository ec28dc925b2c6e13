# Programs that cargo has built outside: the context is a folder with `functions` and `tools`.
FROM scratch
COPY functions/ /programs/functions/
COPY tools/ /programs/tools/
