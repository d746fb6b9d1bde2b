import sys
R='src/HotStuff.Consensus/'
C='src/HotStuff.Crypto/'
def esc(s):
    if '\n' in s:
        q='"""'
        ind='            '
        return q+'\n'+'\n'.join((ind+l) if l else '' for l in s.split('\n'))+'\n'+ind+q
    return '"'+s.replace('\\','\\\\').replace('"','\\"')+'"'
def table(cls, doc, consts, rows):
    out='using Xunit.Abstractions;\n\nnamespace HotStuff.Mutations.Tests;\n\n/// <summary>'+doc+'</summary>\npublic sealed class '+cls+'(ITestOutputHelper output) : MutationTests(output, Mutants)\n{\n'
    for k,v in consts.items(): out+=f'    private const string {k} = "{v}";\n'
    out+='\n    private static readonly Mutant[] Mutants =\n    [\n'
    for name,f,a,b,h,fi in rows:
        out+='        new(\n            '+esc(name)+',\n            '+f+',\n            '+esc(a)+',\n            '+esc(b)+',\n            ['+', '.join('"%s"'%x for x in h)+'],\n            ['+', '.join('"%s"'%x for x in fi)+']),\n'
    out+='    ];\n\n    public static TheoryData<string> Names => NamesOf(Mutants);\n\n    [Theory]\n    [MemberData(nameof(Names))]\n    public void Every_mutant_is_found(string mutant) => Find(mutant);\n}\n'
    open(cls+'.cs','w').write(out)
    print(cls,len(rows))
ch=['worlds chained']; h2=['worlds hotstuff2']; ba=['worlds basic']
table('VoteMutations','Votes and complaints, and the record that must be written before they leave.',
 dict(Safety=R+'Safety/SafetyRules.cs',Votes=R+'Replica.Votes.cs',Proposals=R+'Replica.Proposals.cs',ViewChange=R+'Replica.ViewChange.cs',Replica=R+'Replica.cs'),[
 ('a second vote in a view','Safety','statement.Step <= last.Statement.Step ? Refusal','statement.View < last.Statement.View ? Refusal',ch+['second vote chained'],['VotesMonotone','AtMostOneQcPerView']),
 ('basic: a second vote in a phase','Safety','statement.Step <= last.Statement.Step ? Refusal','statement.Step < last.Statement.Step ? Refusal',ba+['second vote basic'],['VotesMonotone','AtMostOneQcPerView']),
 ('a vote in a lower view','Safety','statement.Step <= last.Statement.Step ? Refusal','statement.View == last.Statement.View ? Refusal',ch,['VotesMonotone']),
 ('a vote after the complaint','Safety',': statement.View <= Record.HighestComplaint ? Refusal.AlreadyComplained','',ch,['VotesMonotone']),
 ('basic: a commit vote for what has a prepare certificate only','Safety','return null;\n        var statement = certified.Statement with { Phase = phase };','return null;\n        var statement = certified.Statement with { Phase = rules.Phases[^1] };',['stale leader basic']+ba,['CommitsLinear']),
 ('basic: a commit vote at once','Safety','var statement = new VoteStatement(block.Epoch, block.View, block.Id, rules.Phases[0]);\n        if (Record.LastVote','var statement = new VoteStatement(block.Epoch, block.View, block.Id, rules.Phases[^1]);\n        if (Record.LastVote',['stale leader basic'],['CommitsLinear']),
 ('a vote leaves before its record is written','Votes','if (_safety.Record != before)\n            Persist(block);\n        SendVote(vote!);','SendVote(vote!);\n        if (_safety.Record != before)\n            Persist(block);',ch,['RecordBeforeVote']),
 ('a vote whose record is not written','Votes','if (_safety.Record != before)\n            Persist(block);\n        SendVote(vote!);','SendVote(vote!);',ch,['RecordBeforeVote']),
 ('basic: a later vote leaves before its record is written','Votes','Persist(written ? null : block);\n        SendVote(vote);','SendVote(vote);\n        Persist(written ? null : block);',ba,['RecordBeforeVote']),
 ('a complaint whose record is not written','ViewChange','if (_safety.Record != before)\n            Persist();','_ = before;',ch,['RecordBeforeVote']),
 ('a proposal leaves before its record is written','Proposals','Persist(block);\n        Do(new Effect.Broadcast(proposal));','Do(new Effect.Broadcast(proposal));\n        Persist(block);',ch,['RecordBeforeVote']),
 ('the last vote is not in what is written','Replica','new Effect.Persist(_safety.Record, block)','new Effect.Persist(_safety.Record with { LastVote = null }, block)',ch,['RecordBeforeVote']),
 ('the highest certificate is not in what is written','Replica','new Effect.Persist(_safety.Record, block)','new Effect.Persist(_safety.Record with { HighQc = _safety.Lock }, block)',ch+['blackout chained'],['CommitsLinear','EventualCommit','RecordBeforeVote']),
])
table('CommitMutations','What commits, and how it is executed.',
 dict(Chained=R+'Rules/ChainedRules.cs',HotStuff2=R+'Rules/HotStuff2Rules.cs',Basic=R+'Rules/BasicRules.cs',Tree=R+'Tree/BlockTree.cs',Clients='src/HotStuff.StateMachine/Execution/ClientTable.cs'),[
 ('chained: the first two views need not be consecutive','Chained','        && second.View == first.View.Next\n','',ch,['NoCommitWithoutChain','CommitsLinear']),
 ('chained: the last two views need not be consecutive','Chained','        && third.View == second.View.Next\n','',ch,['NoCommitWithoutChain','CommitsLinear']),
 ('hotstuff2: the views need not be consecutive','HotStuff2',' && second.View == first.View.Next ? first',' ? first',h2,['NoCommitWithoutChain','CommitsLinear']),
 ('chained: two blocks are enough','Chained','? first\n','? second\n',ch,['NoCommitWithoutChain','CommitsLinear']),
 ('hotstuff2: one block is enough','HotStuff2','second.View == first.View.Next ? first : null','second.View == first.View.Next ? second : null',h2,['NoCommitWithoutChain','CommitsLinear']),
 ('basic: a pre-commit certificate decides','Basic','seen.Statement.Phase == Phase.Commit ?','seen.Statement.Phase >= Phase.PreCommit ?',ba,['NoCommitWithoutChain','CommitsLinear']),
 ('newest first','Tree','        return path;','        return [.. path.Reverse()];',ch,['CommitOldestFirst']),
 ('only the newest','Tree','        return path;','        return [path[^1]];',ch,['CommitOldestFirst']),
 ('a block need not be one higher than its parent','Tree','block.Height == parent.Height.Next\n        && block.View','block.View',ch+['wrong height chained'],['CommitOldestFirst','NeverThrows']),
 ('a command runs again when it comes in another segment','Clients',' && !window.Contains(sequence))',')',ch+['repeated commands'],['ExecutedOnce','NeverThrows']),
 ('a command runs again when it comes in the same segment','Clients','if (FindSame(session, segment) is { } same)','if (FindSame(session, segment) is { } same && segment.Count < 0)',['repeated commands'],['ExecutedOnce']),
])
table('CertificateMutations','Quorums, signatures and what is signed.',
 dict(Committee=R+'Values/Committee.cs',Collector=R+'Collecting/ShareCollector.cs'),[
 ('a quorum of one less','Committee','public int Quorum => Size - MaxFaulty;','public int Quorum => Size - MaxFaulty - 1;',ch,['CommitsLinear','AtMostOneQcPerView']),
 ('a signer may say two things','Collector','return before.Equals(statement) ? Collected.Duplicate : Collected.Equivocation;','return Collected.Duplicate;',ch,['CommitsLinear']),
])
table('VerificationMutations','What is checked of everything that comes from outside.',
 dict(Verifier=C+'Verification/MessageVerifier.cs',Ed25519=C+'Schemes/Ed25519QuorumScheme.cs'),[
 ('quorum certificates are believed','Verifier','return IsCertified(SignedBytes.Vote(_committee.Chain, statement), certificate.Signature) ? null : Refusal.BadCertificate;','return null;',['turmoil chained forge'],['Authentic']),
 ('timeout certificates are believed','Verifier','return IsCertified(SignedBytes.Complaint(_committee.Chain, statement), certificate.Signature) ? null : Refusal.BadCertificate;','return null;',['turmoil chained forge'],['Authentic']),
 ('votes are believed','Verifier','return _scheme.VerifyShare(SignedBytes.Vote(_committee.Chain, vote.Statement), vote.Share) ? null : Refusal.BadSignature;','return null;',['turmoil chained forge'],['Authentic']),
 ('complaints are believed','Verifier','if (!_scheme.VerifyShare(SignedBytes.Complaint(_committee.Chain, statement), complaint.Share))\n            return Refusal.BadSignature;\n','',['turmoil chained forge'],['Authentic']),
 ('proposals are believed','Verifier','if (!_identities.Verify(block.Proposer, statement, proposal.Signature))\n            return Refusal.BadSignature;\n','_ = statement;\n',['turmoil chained forge'],['Authentic']),
 ('the justify is not checked','Verifier','return Check(block.Justify) ?? CheckOptional(proposal.EntryCertificate);','return CheckOptional(proposal.EntryCertificate);',['turmoil chained forge'],['Authentic']),
 ('the entry certificate of a proposal is not checked','Verifier','return Check(block.Justify) ?? CheckOptional(proposal.EntryCertificate);','return Check(block.Justify);',['turmoil chained forge'],['Authentic']),
 ('the certificates in a complaint are not checked','Verifier','            ?? Check(complaint.HighQc)\n            ?? CheckOptional(complaint.EntryCertificate);','            ?? null;',['turmoil chained forge'],['Authentic']),
 ('the last vote in a complaint is not checked','Verifier','(complaint.LastVote is { } vote ? Check(vote) : null)','((Refusal?)null)',['turmoil chained forge'],['Authentic']),
])
table('LeaderMutations','Proposals: who may make them, and what must be in them.',
 dict(Proposals=R+'Replica.Proposals.cs',Safety=R+'Safety/SafetyRules.cs',Rules=R+'Rules/IProtocolRules.cs'),[
 ('anybody leads','Proposals','is { } leader && leader != block.Proposer)','is { } leader && leader != block.Proposer && _options.BatchBytes < 0)',ch+['turmoil chained forge','usurper'],['LedByLeader','EventualCommit']),
 ('a proposal needs no certificate of the view before','Proposals','if (!byCertificate && proposal.EntryCertificate?.View.Next != block.View)','if (false)',ch+['far ahead'],['EventualCommit','EnterOnlyWithCertificate','ViewSync']),
 ('a leader proposes twice after a restart','Safety','if (Record.LastProposal is { } last && (block.View < last.View || (block.View == last.View && statement != last)))\n            return null;\n','',['turmoil chained mixed','turmoil basic mixed']+ch,['OneProposalPerView']),
 ('suspensions are believed','Proposals','if (!block.Suspensions.SequenceEqual(_leaders.SuspensionsAfter(parent, block.View)))','if (false)',ch,['NeverThrows','EventualCommit']),
 ('lost blocks are kept for ever','Proposals','if (_tree.Count > _options.UncommittedBlocks)','if (_tree.Count < 0)',ch+['many lost blocks'],['BoundedState']),
])
table('LivenessMutations','What keeps the protocol going.',
 dict(Safety=R+'Safety/SafetyRules.cs',ViewChange=R+'Replica.ViewChange.cs',Pacemaker=R+'Pacemaking/Pacemaker.cs',HotStuff2=R+'Rules/HotStuff2Rules.cs',Certificates=R+'Replica.Certificates.cs',Replica=R+'Replica.cs',Commands=R+'Replica.Commands.cs',Timeout=R+'Pacemaking/ViewTimeout.cs',Mempool=R+'Commands/Mempool.cs'),[
 ('complaints carry no last vote','Safety','            Record.LastVote);','            null);',['one dead of four chained']+ch,['EventualCommit','ViewSync','RecordBeforeVote']),
 ('last votes in complaints are not collected','ViewChange','if (complaint.LastVote is { } vote && _rules','if (complaint.LastVote is { } vote && vote.Statement.View.Number < 0 && _rules',['one dead of four chained'],['EventualCommit']),
 ('complaints are not sent again','ViewChange','StartTimer(TimerKind.Complaint, _options.Pacemaker.ComplaintRetry);','',ch,['EventualCommit','ViewSync']),
 ('complaints go to the next leader alone','Pacemaker','Math.Min(_collectors + 1, committee.Size)','1',['worlds chained','two dead of seven'],['EventualCommit','ViewSync']),
 ('nobody joins a complaint','ViewChange','else if (_complaints.CountOf(statement) >= _committee.OneHonest && !_pacemaker.Complaining)','else if (false)',ch+['troubled minority'],['EventualCommit','ViewSync','Rest']),
 ('hotstuff2: no wait after a timeout','HotStuff2','public bool WaitsAfterTimeout => true;','public bool WaitsAfterTimeout => false;',h2+['hidden lock'],['EventualCommit','ViewSync']),
 ('who is behind is not answered','ViewChange','if (view < _pacemaker.View || complaint.HighQc.View < _safety.HighQc.View)','if (false)',ch,['EventualCommit','ViewSync']),
 ('a certificate for another leader is kept','Certificates','if (!_rules.EndsView(certificate) || LeaderAfter(certificate) != _self)','if (!_rules.EndsView(certificate))',ch+['one dead of four chained'],['EventualCommit','ViewSync']),
 ('missing blocks are not fetched','Certificates','Do(new Effect.FetchBlocks(missing.Block, _tree.Root.Height));','',ch,['EventualCommit','ViewSync']),
 ('a new timeout certificate is not shown','ViewChange','Observe(certificate);\n        Do(new Effect.Broadcast(Certificates()));','Observe(certificate);',ch,['EventualCommit','ViewSync']),
 ('timeouts do not grow','Timeout','Duration < Cap ? this with { Steps = Steps + 1 } : this','this',ch+['slow network'],['EventualCommit','ViewSync']),
 ('commands that wait are not passed on','Commands','if (!overdue.IsEmpty)','if (false)',ch,['EventualCommit','ViewSync']),
 ('proven links tell nothing','Replica','SendCertificates(proven.Peer);','',ch+['laggard'],['EventualCommit','ViewSync']),
 ('any number of commands may wait','Mempool','if (Commands + segment.Count > maxCommands || _bytes + segment.Encoded.Length > maxBytes)','if (false)',ch+['flood'],['BoundedState']),
])
