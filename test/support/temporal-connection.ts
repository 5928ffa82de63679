import {
  InterceptingCall,
  type Interceptor,
  RequesterBuilder,
  ListenerBuilder,
  status,
} from '@grpc/grpc-js';
import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/**
 * A connection to the tests' server, whose close also ends the calls that are under way. gRPC lets them
 * finish, a wait for a result takes a minute, and a process of jest cannot end before.
 */
export async function connectTo(
  address: string,
): Promise<{ readonly connection: Connection; close: () => Promise<void> }> {
  const underWay = new Set<InterceptingCall>();
  const remember: Interceptor = (options, nextCall) => {
    const requester = new RequesterBuilder()
      .withStart((metadata, _listener, next) => {
        const listener = new ListenerBuilder()
          .withOnReceiveStatus((ended, pass) => {
            underWay.delete(call);
            pass(ended);
          })
          .build();
        next(metadata, listener);
      })
      .build();
    const call = new InterceptingCall(nextCall(options), requester);
    underWay.add(call);
    return call;
  };
  const retry = makeGrpcRetryInterceptor(defaultGrpcRetryOptions());
  const connection = await Connection.connect({ address, interceptors: [retry, remember] });
  return {
    connection,
    close: async () => {
      for (const call of underWay) call.cancelWithStatus(status.CANCELLED, 'The test has ended.');
      await connection.close();
    },
  };
}
