// A handler on Node's managed runtime.

exports.handler = async (payload, context) => {
  if (payload.path === "/node/fails") throw new TypeError("the handler failed");
  const body = {
    path: payload.path,
    query: payload.queryStringParameters,
    function: context.functionName,
    memory_mb: Number(context.memoryLimitInMB),
  };
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
};
