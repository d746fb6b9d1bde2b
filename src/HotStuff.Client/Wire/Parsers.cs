using Google.Protobuf;

namespace HotStuff.Client.Wire;

/// <summary>Parsers that skip unknown fields instead of keeping them: what a stranger sends is not stored.</summary>
internal static class Parsers
{
    public static readonly MessageParser<Hello> Hello = Wire.Hello.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<Welcome> Welcome = Wire.Welcome.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<Refused> Refused = Wire.Refused.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<Submit> Submit = Wire.Submit.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<Replies> Replies = Wire.Replies.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<Rejected> Rejected = Wire.Rejected.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<QueryRequest> QueryRequest = Wire.QueryRequest.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<QueryReply> QueryReply = Wire.QueryReply.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<StatusRequest> StatusRequest = Wire.StatusRequest.Parser.WithDiscardUnknownFields(true);
    public static readonly MessageParser<StatusReply> StatusReply = Wire.StatusReply.Parser.WithDiscardUnknownFields(true);
}
